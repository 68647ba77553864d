import { Exclude, Expose, plainToInstance, Transform, Type } from 'class-transformer';
import {
  ArrayMinSize,
  ArrayUnique,
  Equals,
  getMetadataStorage,
  IsArray,
  IsBoolean,
  IsDateString,
  IsDefined,
  IsEnum,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNotEmptyObject,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUrl,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  NotEquals,
  registerDecorator,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Message, MessageSchema, ValidationError } from '../../../lib/index.js';

type BodyClass = new () => object;

/** The verdict and the body of class-validator and class-transformer, by their own functions. */
function judged(bodyClass: BodyClass, json: object): { isValid: boolean; instance: object } {
  const instance = plainToInstance(bodyClass, json);
  return { isValid: validateSync(instance, { forbidUnknownValues: false }).length === 0, instance };
}

let count = 0;

function messageOf(bodyClass: BodyClass, body: object): Message<object> {
  const existing = messageClasses.get(bodyClass);
  if (existing) return new existing({ body } as never);
  @MessageSchema(`plain.body.${count++}`, { body: bodyClass })
  class OfBody extends Message<object> {}
  messageClasses.set(bodyClass, OfBody);
  return new OfBody({ body });
}

const messageClasses = new Map<BodyClass, new (init: never) => Message<object>>();

function isValid(message: Message<object>): boolean {
  try {
    message.validate();
    return true;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return false;
  }
}

/** Counts how often class-validator looks up decorators while a body is validated. */
function lookUps(bodyClass: BodyClass, body: object): number {
  isValid(messageOf(bodyClass, body));
  const lookUp = vi.spyOn(getMetadataStorage(), 'getTargetValidationMetadatas');
  onTestFinished(() => lookUp.mockRestore());
  isValid(messageOf(bodyClass, body));
  return lookUp.mock.calls.length;
}

enum Status {
  TESTING = 'testing',
  STABLE = 'stable',
}

class Leaf {
  @IsString() @MinLength(2) name!: string;
  @IsOptional() @IsInt() size?: number;
}

/** Decorators of a property, by subject. */
const RULES: Record<string, PropertyDecorator[]> = {
  string: [IsString()],
  short: [IsString(), MaxLength(3)],
  length: [Length(1, 2)],
  strings: [IsArray(), IsString({ each: true })],
  lengthOfEach: [MinLength(1, { each: true })],
  integer: [IsInt(), Min(-1), Max(5)],
  number: [IsNumber({ allowInfinity: true })],
  finite: [IsNumber()],
  boolean: [IsBoolean()],
  defined: [IsDefined()],
  notEmpty: [IsNotEmpty()],
  optional: [IsOptional(), IsString()],
  object: [IsObject()],
  notEmptyObject: [IsNotEmptyObject()],
  oneOf: [IsIn(['a', 1, null])],
  enum: [IsEnum(Status)],
  equal: [Equals('a')],
  notEqual: [NotEquals(1)],
  pattern: [Matches(/^a/i)],
  url: [IsUrl()],
  date: [IsOptional(), IsDateString()],
  unique: [ArrayUnique(), ArrayMinSize(1)],
  untyped: [ValidateNested()],
  nested: [ValidateNested(), Type(() => Leaf)],
  optionalNested: [IsOptional(), ValidateNested({ each: true }), Type(() => Leaf)],
  typed: [IsObject(), Type(() => Leaf)],
};

const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    'a',
    'ab',
    'abcd',
    '',
    'é\u{fe0f}',
    '\u{1f600}',
    '\ud800',
    1,
    5,
    6,
    -1,
    1.5,
    Infinity,
    true,
    null,
    'stable',
    'https://fedoraproject.org/',
    '2026-11-24T10:00:00Z',
    [],
    ['a', 'b'],
    ['a', 'a', 1],
    [[{ name: 'ab' }], { name: 'ab' }],
    [null],
    {},
    { name: 'ab' },
    { name: 'a' },
    { name: 'ab', size: 1, more: { deep: [1] } },
    { name: 'ab', size: 1.5 },
    [{ name: 'ab', size: null }],
  ),
  fc.jsonValue({ maxDepth: 2 }).filter((json) => !hasInheritedName(json)),
);

/** Values in objects without a class that class-transformer drops or fails at; separate tests cover them. */
function hasInheritedName(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false;
  return Object.entries(json).some(([name, of]) => name in Object.prototype || hasInheritedName(of));
}

/** Names of properties that have a meaning in JavaScript. */
const NAMES = ['a', 'b', 'c', 'then', 'length', 'toJSON', '0'];

const bodyClass: fc.Arbitrary<{ properties: Record<string, string> }> = fc.record({
  properties: fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...Object.keys(RULES)), {
    maxKeys: 4,
  }),
});

function classOf(properties: Record<string, string>, base?: BodyClass): BodyClass {
  class Generated extends (base ?? class {}) {}
  for (const [name, rule] of Object.entries(properties)) {
    for (const decorate of RULES[rule]!) decorate(Generated.prototype, name);
  }
  return Generated;
}

describe('a body of a class with decorators', () => {
  it('is valid exactly when class-validator accepts it, and equals the instance of class-transformer', () => {
    const valid = { true: 0, false: 0 };
    fc.assert(
      fc.property(
        bodyClass,
        fc.option(bodyClass, { nil: undefined }),
        fc.array(fc.dictionary(fc.constantFrom(...NAMES, 'more', 'toString', 'constructor'), value), {
          minLength: 1,
          maxLength: 10,
        }),
        ({ properties }, base, bodies) => {
          const of = classOf(properties, base && classOf(base.properties));
          for (const body of bodies) {
            const json = JSON.parse(JSON.stringify(body)) as object;
            const expected = judged(of, structuredClone(json));
            expect(isValid(messageOf(of, json))).toBe(expected.isValid);
            expect(messageOf(of, json).body).toStrictEqual(expected.instance);
            valid[`${expected.isValid}`]++;
          }
        },
      ),
      { numRuns: 500 },
    );
    // Without both verdicts, the property would show nothing.
    expect(Math.min(valid.true, valid.false)).toBeGreaterThan(100);
  });

  it.each(Object.keys(RULES).filter((rule) => rule !== 'notEmptyObject'))(
    'is validated without looking up decorators for each message: %s',
    (rule) => {
      const good: Record<string, unknown> = {
        strings: ['a'],
        lengthOfEach: ['a'],
        integer: 1,
        number: 1,
        finite: 1,
        boolean: true,
        object: {},
        enum: 'stable',
        url: 'https://fedoraproject.org/',
        date: '2026-11-24T10:00:00Z',
        unique: [1],
        untyped: {},
        nested: { name: 'ab' },
        optionalNested: [{ name: 'ab' }],
        typed: {},
      };
      const of = classOf({ a: rule });
      const body = { a: good[rule] ?? 'a' };
      expect(judged(of, body).isValid).toBe(true);
      expect(lookUps(of, body)).toBe(0);
    },
  );

  it('may contain its own class', () => {
    class Tree {
      @IsInt() n!: number;
      @IsArray() @ValidateNested({ each: true }) @Type(() => Tree) children!: Tree[];
    }
    const good = { n: 1, children: [{ n: 2, children: [] }] };
    expect(lookUps(Tree, good)).toBe(0);
    const { body } = messageOf(Tree, good) as Message<Tree>;
    expect(body.children[0]).toBeInstanceOf(Tree);
    expect(isValid(messageOf(Tree, { n: 1, children: [{ n: 'x', children: [] }] }))).toBe(false);
  });

  it('keeps an object without a class as it came: neither copied nor changed', () => {
    class Loose {
      @IsObject() data!: object;
    }
    const data = { deep: { deeper: true }, toString: 'kept', constructor: 'kept' };
    const message = messageOf(Loose, { data }) as Message<Loose>;
    expect(isValid(message)).toBe(true);
    expect(message.body.data).toBe(data);
  });

  /** Each of these needs the instance, or more than one value. */
  const special: Record<string, () => [BodyClass, valid: object, invalid: object]> = {
    'a rule for some objects only': () => {
      class Conditional {
        @ValidateIf((o: { kind: string }) => o.kind === 'a') @IsString() name!: string;
        kind!: string;
      }
      return [Conditional, { kind: 'b', name: 1 }, { kind: 'a', name: 1 }];
    },
    'a default': () => {
      class WithDefault {
        @IsString() name = 'none';
      }
      return [WithDefault, {}, { name: 1 }];
    },
    'a transformation': () => {
      class Transformed {
        @Transform(({ value: number }) => String(number)) @IsString() name!: string;
      }
      return [Transformed, { name: 1 }, {}];
    },
    'another name on the wire': () => {
      class Exposed {
        @Expose({ name: 'other' }) @IsString() name!: string;
      }
      return [Exposed, { other: 'a' }, { name: 1 }];
    },
    'a property that is left out': () => {
      class Excluding {
        @Exclude() @IsOptional() @IsString() name?: string;
      }
      return [Excluding, { name: 1 }, 0 as never];
    },
    'a date': () => {
      class Dated {
        @Type(() => Date) @ValidateBy({ name: 'isDate', validator: { validate: isDate } }) at!: Date;
      }
      return [Dated, { at: '2026-11-24' }, { at: null }];
    },
    'a rule of its own': () => {
      class Own {
        @Even() n!: number;
      }
      return [Own, { n: 2 }, { n: 3 }];
    },
    'an accessor': () => {
      class Accessor {
        #name = '';
        @IsString() get name(): string {
          return this.#name;
        }
        set name(name: string) {
          this.#name = name.toLowerCase();
        }
      }
      return [Accessor, { name: 'A' }, 0 as never];
    },
  };

  function isDate(at: unknown): boolean {
    return at instanceof Date;
  }

  function Even(): PropertyDecorator {
    return (target, propertyName) =>
      registerDecorator({
        name: 'isInt',
        target: target.constructor,
        propertyName: propertyName as string,
        validator: {
          validate: (n, args) => args!.object.constructor.name === 'Own' && (n as number) % 2 === 0,
        },
      });
  }

  it.each(Object.keys(special))('may have %s', (name) => {
    const [of, good, bad] = special[name]!();
    expect(isValid(messageOf(of, good))).toBe(true);
    expect(messageOf(of, good).body).toStrictEqual(judged(of, good).instance);
    if (typeof bad === 'object') expect(isValid(messageOf(of, bad))).toBe(false);
  });
});
