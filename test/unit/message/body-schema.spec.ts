import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsPositive,
  IsString,
  Matches,
  Min,
  Validate,
  ValidateNested,
  type ValidatorConstraintInterface,
  ValidatorConstraint,
} from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  bodySchemaOf,
  type JsonSchema,
  Message,
  MessageSchema,
  ValidationError,
} from '../../../lib/index.js';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const DRAFT_04 = 'http://json-schema.org/draft-04/schema#';

class Build {
  @IsString() nvr!: string;
}
const OtherBuild = (() => {
  class Build {
    @IsInt() number!: number;
  }
  return Build;
})();

@ValidatorConstraint()
class Prime implements ValidatorConstraintInterface {
  validate(): boolean {
    return true;
  }
}

class Base {
  @IsString() @Matches(/^FEDORA-/) alias!: string;
}

class Body extends Base {
  @IsOptional() @IsInt() @Min(3) karma?: number;
  @IsIn(['testing', 'stable']) status!: string;
  @IsNotEmpty() anything!: unknown;
  @Validate(Prime) prime!: number;
  @IsArray() @ArrayMinSize(1) @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
  @ValidateNested() @Type(() => OtherBuild) other!: { number: number };
  @ValidateNested() nested!: Build;
}

const BODY = {
  alias: 'FEDORA-1',
  status: 'stable',
  anything: 5,
  prime: 7,
  builds: [{ nvr: 'a' }],
  other: { number: 1 },
  nested: { nvr: 'b' },
};

describe('the JSON Schema of a message class', () => {
  it('is the schema of the class, or the schema of every body', () => {
    const bodySchema: JsonSchema = { $schema: DRAFT_04, type: 'object', required: ['x'] };
    @MessageSchema('schema.own', { bodySchema })
    class Own extends Message {}
    @MessageSchema('schema.none')
    class None extends Message {}
    @MessageSchema('schema.accessor')
    class Accessor extends Message {
      override get bodySchema(): JsonSchema {
        return bodySchema;
      }
    }
    expect(bodySchemaOf(Own)).toBe(bodySchema);
    expect(bodySchemaOf(Accessor)).toBe(bodySchema);
    expect(bodySchemaOf(None)).toMatchObject({ type: 'object' });
  });

  it('describes a class-validator class: nested and inherited, with two classes of the same name kept apart', () => {
    @MessageSchema('schema.class', { body: Body })
    class OfClass extends Message<Body> {}
    expect(bodySchemaOf(OfClass)).toEqual({
      $schema: DRAFT_07,
      type: 'object',
      properties: {
        alias: { type: 'string', pattern: '^FEDORA-' },
        karma: { type: 'integer', minimum: 3 },
        status: { type: 'string', enum: ['testing', 'stable'] },
        anything: { not: { enum: ['', null] } },
        prime: {},
        builds: { type: 'array', minItems: 1, items: { $ref: '#/definitions/Build' } },
        other: { $ref: '#/definitions/Build2' },
        nested: { $ref: '#/definitions/Build' },
      },
      required: expect.arrayContaining(['alias', 'status', 'anything', 'prime', 'builds', 'other', 'nested']),
      definitions: {
        Build: { type: 'object', properties: { nvr: { type: 'string' } }, required: ['nvr'] },
        Build2: { type: 'object', properties: { number: { type: 'integer' } }, required: ['number'] },
      },
    });
    expect(bodySchemaOf(OfClass)['required']).not.toContain('karma');
  });

  it.each([DRAFT_04, DRAFT_07, undefined])(
    'combines the schema and the body class of a message class, in the draft %s',
    ($schema) => {
      class Sized {
        @IsPositive() size!: number;
        @ValidateNested() build!: Build;
      }
      const bodySchema: JsonSchema = {
        ...($schema && { $schema }),
        type: 'object',
        allOf: [{ required: ['agent'] }],
        properties: { agent: { $ref: '#/definitions/Build' } },
        definitions: { Build: { type: 'string' } },
      };
      @MessageSchema('schema.both', { body: Sized, bodySchema })
      class Both extends Message<Sized> {}
      @MessageSchema('schema.printed', { bodySchema: bodySchemaOf(Both) })
      class Printed extends Message {}

      const good = { agent: 'bob', size: 1, build: { nvr: 'a' } };
      expect(() => new Printed({ body: good }).validate()).not.toThrow();
      for (const wrong of [{ agent: 5 }, { agent: undefined }, { size: 0 }, { build: {} }]) {
        const body = JSON.parse(JSON.stringify({ ...good, ...wrong })) as Record<string, unknown>;
        expect(() => new Printed({ body }).validate()).toThrow(ValidationError);
      }
    },
  );

  it('accepts the same bodies as the class', () => {
    @MessageSchema('schema.accepts', { body: Body })
    class Accepts extends Message<Body> {}
    @MessageSchema('schema.accepts.printed', { bodySchema: bodySchemaOf(Accepts) })
    class Printed extends Message {}
    new Accepts({ body: BODY as Body }).validate();
    new Printed({ body: BODY }).validate();
    for (const wrong of [
      { alias: 'x' },
      { karma: 2 },
      { status: '' },
      { anything: '' },
      { builds: [] },
      { other: {} },
    ]) {
      expect(() => new Accepts({ body: { ...BODY, ...wrong } as Body }).validate()).toThrow(ValidationError);
      expect(() => new Printed({ body: { ...BODY, ...wrong } }).validate()).toThrow(ValidationError);
    }
  });
});
