import 'reflect-metadata';
import { Injectable } from '@nestjs/common';
import { expect, it } from 'vitest';
import {
  Consumer,
  FedoraMessagingService,
  type JsonSchema,
  Message,
  MessageSchema,
  type MessageSchemaOptions,
  SchemaError,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { memoryUrl } from '../../support/memory-url.js';

const WRONG: JsonSchema = { type: 'object', properties: { name: { type: 'strng' } } };
const RIGHT: JsonSchema = { type: 'object', properties: { name: { type: 'string' } } };
const HERE = import.meta.url.replace('file://', '');

/**
 * Gives a class the schema name of these tests. Two such classes have the same name and file, so the later replaces the
 * earlier.
 */
function define(options: MessageSchemaOptions, accessor?: 'bodySchema' | 'headersSchema') {
  @MessageSchema('test.wrong-schema', { topic: 'test.wrong', ...options })
  class Described extends Message {}
  if (accessor) Object.defineProperty(Described.prototype, accessor, { get: () => WRONG });
  return Described;
}

@Injectable()
class Handler {
  @Consumer()
  onMessage(): void {}
}

const start = () => startApp({ options: { amqpUrl: memoryUrl() }, providers: [Handler] });

it.each<[which: string, options: MessageSchemaOptions, accessor?: 'bodySchema' | 'headersSchema']>([
  ['bodySchema', { bodySchema: WRONG }],
  ['headersSchema', { headersSchema: WRONG }],
  ['bodySchema', { bodySchema: RIGHT }, 'bodySchema'],
  ['headersSchema', {}, 'headersSchema'],
])(
  'an application with a wrong %s does not start, and the error names class, file and path: %j %s',
  async (which, ...how) => {
    define(...how);
    const failure = await start().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SchemaError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        `^The ${which} of the message class Described \\(${HERE}\\) is itself wrong at /properties/name/type: must be one of .*, but is "strng"$`,
      ) as string,
      path: '/properties/name/type',
    });
  },
);

it('an application with valid schemas starts', async () => {
  define({ bodySchema: RIGHT, headersSchema: RIGHT });
  await expect(start()).resolves.toBeDefined();
});

it('a class imported after the start is reported with class and path at its first publish, and by consume()', async () => {
  define({});
  const service = (await start()).get(FedoraMessagingService);
  const Described = define({ headersSchema: { items: { $ref: '#/$defs/none' } } });
  const where =
    /^The headersSchema of the message class Described \(.*\) is itself wrong at \/items\/\$ref: can't resolve/;
  await expect(service.publish(new Described({ body: {} }))).rejects.toThrow(where);
  await expect(service.consume(() => undefined)).rejects.toThrow(where);
});
