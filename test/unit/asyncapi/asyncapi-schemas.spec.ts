import { Type } from 'class-transformer';
import { IsOptional, IsString, ValidateNested } from 'class-validator';
import { Test } from '@nestjs/testing';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AsyncApiDocument, AsyncApiGenerator } from '../../../lib/asyncapi/index.js';
import {
  FedoraMessagingModule,
  type JsonSchema,
  Message,
  type MessageClass,
  MessageSchema,
  SchemaError,
  Severity,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { asyncApiProblems } from '../../support/asyncapi-problems.js';
import { memoryUrl } from '../../support/memory-url.js';

// The parser takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const DRAFT_04 = 'http://json-schema.org/draft-04/schema#';
const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

/** A document in which one class is sent. It must be valid. */
async function componentsWith(messageClass: MessageClass): Promise<AsyncApiDocument['components']> {
  const app = await startApp({ options: { amqpUrl: memoryUrl(), consumers: false } });
  const document = new AsyncApiGenerator(app).generate(
    { title: 'schemas', version: '1' },
    { sends: (other) => other === messageClass },
  );
  expect(await asyncApiProblems(JSON.stringify(document))).toEqual([]);
  return document.components;
}

let count = 0;

/** The form of a JSON Schema in the document. */
async function written(bodySchema: JsonSchema): Promise<unknown> {
  const name = `written-${++count}`;
  @MessageSchema(name, { topic: name, bodySchema })
  class Written extends Message {}
  const { schemas } = await componentsWith(Written);
  const text = JSON.stringify(schemas[name]).replaceAll(`#/components/schemas/${name}`, 'HERE');
  return JSON.parse(text);
}

describe('a message in an AsyncAPI document', () => {
  it('has severity, package and deprecation, and the headers that publishing writes', async () => {
    @MessageSchema('described.old', {
      topic: 'described.old',
      package: 'described-messages',
      severity: Severity.WARNING,
      deprecated: true,
      headersSchema: { $schema: DRAFT_04, required: ['x-trace'], allOf: [{ type: 'object' }] },
    })
    class Old extends Message {
      override get usernames(): string[] {
        return ['bob'];
      }
    }
    const { messages, schemas } = await componentsWith(Old);
    expect(messages).toEqual({
      'described.old': {
        name: 'described.old',
        title: 'Old',
        contentType: 'application/json',
        headers: { $ref: '#/components/schemas/described.old.headers' },
        payload: { $ref: '#/components/schemas/described.old' },
        bindings: { amqp: { contentEncoding: 'utf-8', bindingVersion: '0.3.0' } },
        'x-severity': 'WARNING',
        'x-package': 'described-messages',
        'x-deprecated': true,
      },
    });
    expect(schemas['described.old.headers']).toEqual({
      type: 'object',
      required: ['x-trace'],
      allOf: [
        { type: 'object' },
        {
          type: 'object',
          properties: {
            fedora_messaging_schema: { type: 'string', enum: ['described.old'] },
            fedora_messaging_schema_package: { type: 'string', default: 'described-messages' },
            fedora_messaging_severity: { type: 'integer', enum: [10, 20, 30, 40], default: 30 },
            'sent-at': { type: 'string', format: 'date-time' },
            priority: { type: 'integer', minimum: 0, maximum: 255 },
          },
          patternProperties: { '^fedora_messaging_user_': { enum: [true] } },
        },
      ],
    });
  });

  it('has the JSON Schema of its class-validator class, also of a class that contains itself', async () => {
    class Comment {
      @IsString() text!: string;
      @IsOptional() @ValidateNested({ each: true }) @Type(() => Comment) replies?: Comment[];
    }
    class Body {
      @ValidateNested() @Type(() => Comment) comment!: Comment;
    }
    @MessageSchema('described.class', { topic: 'described.class', body: Body })
    class OfClass extends Message<Body> {}
    const { schemas } = await componentsWith(OfClass);
    const $ref = '#/components/schemas/described.class/definitions/Comment';
    expect(schemas['described.class']).toEqual({
      type: 'object',
      properties: { comment: { $ref } },
      required: ['comment'],
      definitions: {
        Comment: {
          type: 'object',
          properties: { text: { type: 'string' }, replies: { type: 'array', items: { $ref } } },
          required: ['text'],
        },
      },
    });
  });

  it('is refused when its schema is itself wrong, with the name of the class', async () => {
    @MessageSchema('described.wrong', { topic: 'described.wrong', bodySchema: { type: 'strin' } })
    class Wrong extends Message {}
    // The command does not start the application, so nothing has checked the schemas before.
    const app = await Test.createTestingModule({
      imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl() })],
    }).compile();
    onTestFinished(() => app.close());
    const generate = () => new AsyncApiGenerator(app).generate({ title: 'schemas', version: '1' });
    expect(generate).toThrow(SchemaError);
    expect(generate).toThrow(
      /^The JSON Schema 'described\.wrong' of the message class Wrong is itself wrong at \/type/,
    );
    // A class that is decorated again has only the last name and schema.
    MessageSchema('described.wrong', { bodySchema: { type: 'string' } })(Wrong);
  });
});

describe('a JSON Schema in an AsyncAPI document', () => {
  it('becomes draft-07 when it is draft-04', async () => {
    expect(
      await written({
        $schema: DRAFT_04,
        id: 'http://example.org/update.json',
        properties: {
          above: { minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
          id: { type: 'integer', enum: [5, { pattern: '\\A' }] },
          build: { $ref: 'http://example.org/update.json#/definitions/build', minimum: 5 },
          parent: { $ref: '#' },
        },
        definitions: { build: { type: 'string' } },
      }),
    ).toEqual({
      properties: {
        above: { exclusiveMinimum: 0, maximum: 9 },
        id: { type: 'integer', enum: [5, { pattern: '\\A' }] },
        // In this draft, keywords next to a reference are ignored.
        build: { $ref: 'HERE/definitions/build' },
        parent: { $ref: 'HERE' },
      },
      definitions: { build: { type: 'string' } },
    });
  });

  it('stays unchanged when it has a newer draft with the same meaning as draft-07', async () => {
    expect(
      await written({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        properties: { build: { $ref: '#/$defs/build', minLength: 5 }, any: true },
        $defs: { build: { type: 'string' } },
      }),
    ).toEqual({
      properties: { build: { minLength: 5, allOf: [{ $ref: 'HERE/$defs/build' }] }, any: true },
      $defs: { build: { type: 'string' } },
    });
  });

  it('names its format when it uses keywords of a newer draft', async () => {
    const schema = {
      dependentRequired: { a: ['b'] },
      properties: { a: { prefixItems: [{ $ref: '#named' }] } },
      $defs: { build: { $anchor: 'named', type: 'string' } },
    };
    const adapted = {
      ...schema,
      properties: { a: { prefixItems: [{ $ref: 'HERE/schema/%24defs/build' }] } },
    };
    expect(await written(schema)).toEqual({
      schemaFormat: 'application/schema+json;version=2020-12',
      schema: adapted,
    });
    const $schema = 'https://json-schema.org/draft/2019-09/schema';
    expect(await written({ $schema, unevaluatedProperties: false })).toEqual({
      schemaFormat: 'application/schema+json;version=2019-09',
      schema: { unevaluatedProperties: false },
    });
  });

  it('keeps a property whose name is a keyword, and keeps patterns unless only Python can read them', async () => {
    const schema = {
      $schema: DRAFT_07,
      properties: {
        enum: { type: 'string' },
        pattern: { type: 'string', pattern: '^FEDORA-\\d+$' },
        definitions: { $ref: '#/definitions/items' },
      },
      definitions: { items: { type: 'string', pattern: '\\A(?P<year>[0-9]{4})' } },
      patternProperties: { '^(?P<x>x)': true },
    };
    expect(await written(schema)).toEqual({
      properties: { ...schema.properties, definitions: { $ref: 'HERE/definitions/items' } },
      definitions: { items: { type: 'string', pattern: '^(?<![^])(?<year>[0-9]{4})' } },
      patternProperties: { '^(?<x>x)': true },
    });
  });
});
