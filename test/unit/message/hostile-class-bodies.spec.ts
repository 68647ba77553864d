import { plainToInstance, Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationError as ClassValidatorError,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message, MessageCodec, MessageSchema, ValidationError } from '../../../lib/index.js';

class Build {
  @IsString() nvr!: string;
  @IsInt() id!: number;
}

class Body {
  @IsArray() @ArrayMaxSize(3_000_000) @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

class StrictBody {
  @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

@MessageSchema('hostile-class-bodies.builds', { body: Body })
class Builds extends Message<Body> {}

@MessageSchema('hostile-class-bodies.strict', { body: StrictBody })
class StrictBuilds extends Message<StrictBody> {}

let calls = 0;

/** A custom validator of the application. */
const IsOdd = (): PropertyDecorator =>
  ValidateBy({
    name: 'isOdd',
    validator: {
      validate: (value) => (calls++, typeof value === 'number' && value % 2 === 1),
      defaultMessage: () => '$property must be odd',
    },
  });

/** A validator that reads all items and fails if an item is missing. */
const HasNoOdder = (): PropertyDecorator =>
  ValidateBy({
    name: 'hasNoOdder',
    validator: {
      validate: (items) => !Array.isArray(items) || items.every((item) => (item as Odd | null)?.id !== 5),
      defaultMessage: () => '$property must not have 5',
    },
  });

class Odd {
  @IsOdd() id!: number;
  @IsOptional() @HasNoOdder() @ValidateNested({ each: true }) @Type(() => Odd) odds?: Odd[];
  @ValidateIf(({ id }: Odd) => id === 7) @IsString() why?: string;
}

class OddBody {
  @IsArray() @HasNoOdder() @ValidateNested({ each: true }) @Type(() => Odd) builds!: Odd[];
}

class Made {
  state = 'new';
  @Transform(({ value }: { value: unknown }) => String(value)) @IsString() nvr!: string;
  @IsInt() id!: number;
}

class MadeBody {
  @IsArray() @ValidateNested({ each: true }) @Type(() => Made) builds!: Made[];
}

class Collections {
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Odd) map?: Map<string, Odd>;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Odd) set?: Set<Odd>;
}

let made = 0;

class Constructed {
  a = 0;
  constructor() {
    made++;
  }
}

@MessageSchema('hostile-class-bodies.collections', { body: Collections })
class InCollections extends Message<Collections> {}

@MessageSchema('hostile-class-bodies.constructed', { body: Constructed })
class OfConstructed extends Message<Constructed> {}

@MessageSchema('hostile-class-bodies.odd', { body: OddBody })
class OddBuilds extends Message<OddBody> {}

@MessageSchema('hostile-class-bodies.made', { body: MadeBody })
class MadeBuilds extends Message<MadeBody> {}

const CLASSES: Record<string, typeof Message> = {
  'hostile-class-bodies.builds': Builds as never,
  'hostile-class-bodies.strict': StrictBuilds as never,
  'hostile-class-bodies.odd': OddBuilds as never,
  'hostile-class-bodies.made': MadeBuilds as never,
  'hostile-class-bodies.collections': InCollections as never,
  'hostile-class-bodies.constructed': OfConstructed as never,
};

function decoded(body: object, schema: string): Message<object> {
  const codec = new MessageCodec({ get: (name: string) => CLASSES[name] } as never);
  const headers = { fedora_messaging_schema: schema, fedora_messaging_severity: 20, 'sent-at': 'now' };
  return codec.decode(
    {
      fields: { routingKey: 'a' },
      content: Buffer.from(JSON.stringify(body)),
      properties: { contentEncoding: 'utf-8', messageId: 'an id', headers },
    },
    'a queue',
  );
}

/** The failures of a body from the wire. */
function failuresOf(
  body: object,
  schema = 'hostile-class-bodies.builds',
): { path: string; message: string }[] {
  try {
    decoded(body, schema);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return [...error.errors];
    throw error;
  }
}

const good = { nvr: 'kernel-1-1', id: 1 };

describe('a body class that checks a body from the wire', () => {
  it('finds each of a few failures, with its path, among a thousand valid items', () => {
    const builds = Array.from({ length: 1000 }, () => ({ ...good }) as object);
    builds[7] = { nvr: 5, id: 1 };
    builds[998] = { id: 'x' };
    expect(failuresOf({ builds })).toEqual([
      { path: '/body/builds/7/nvr', message: 'must be a string' },
      { path: '/body/builds/998/nvr', message: 'must be a string' },
      { path: '/body/builds/998/id', message: 'must be an integer number' },
    ]);
  });

  it('stops at 100 failures when a million items have two failures each', () => {
    const builds = Array.from({ length: 1_000_000 }, () => ({}));
    expect(failuresOf({ builds })).toHaveLength(100);
  });

  it('finds failures of an array itself and of its items', () => {
    expect(failuresOf({ builds: 'none' })).not.toEqual([]);
    expect(failuresOf({ builds: [null, 5, [good]] }).map(({ path }) => path)).toEqual([
      '/body/builds/0',
      '/body/builds/1',
    ]);
  });

  it('accepts no item that only a rule for each item refuses', () => {
    expect(failuresOf({ builds: [good] }, 'hostile-class-bodies.strict')).toEqual([]);
    expect(failuresOf({ builds: [good, [good]] }, 'hostile-class-bodies.strict')).not.toEqual([]);
  });
});

/** The paths of the failures that class-validator itself finds. */
function pathsOf(errors: readonly ClassValidatorError[], path = '/body'): string[] {
  return errors.flatMap(({ property, constraints, children }) => [
    ...(constraints ? [`${path}/${property}`] : []),
    ...pathsOf(children ?? [], `${path}/${property}`),
  ]);
}

const odd: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  odd: fc.oneof(
    { depthSize: 'small' },
    fc.record(
      {
        id: fc.constantFrom<unknown>(1, 2, 3, 5, 7, 'x'),
        odds: fc.oneof(fc.constant(null), fc.array(tie('odd'), { maxLength: 3 })),
        why: fc.constantFrom<unknown>('because', 5),
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom<unknown>(1, 'x', null, {}),
  ),
})).odd;

describe('a body class with custom validators, transforms or constructors', () => {
  it.each([
    ['hostile-class-bodies.odd', OddBody],
    ['hostile-class-bodies.made', MadeBody],
  ])('has the same failures as in class-validator: %s', (schema, bodyClass) => {
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 8 }), fc.constantFrom(0, 1, 95, 110), (items, more) => {
        const fine = Array.from({ length: more }, () => ({ id: 1, nvr: 'a' }));
        const builds = [...fine, ...items];
        const failures = failuresOf({ builds }, schema);
        const instance = plainToInstance<object, object>(bodyClass, { builds });
        const expected = pathsOf(validateSync(instance, { forbidUnknownValues: false }));
        expect(failures.map(({ path }) => path)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['map', 'set'])('gets the failures that class-validator finds in a long %s', (property) => {
    const items = Array.from({ length: 150 }, (_, n) => ({ id: n === 7 || n === 140 ? 2 : 1 }));
    const body = { [property]: property === 'set' ? items : { ...items } };
    const failures = failuresOf(body, 'hostile-class-bodies.collections');
    const expected = pathsOf(validateSync(plainToInstance(Collections, body)));
    expect(failures.map(({ path }) => path)).toEqual(expected);
    expect(expected).toEqual([`/body/${property}/7/id`, `/body/${property}/140/id`]);
  });

  it('has one instance for validation and for the handler', () => {
    const message = decoded({ a: 1 }, 'hostile-class-bodies.constructed');
    made = 0;
    expect(message.body).toBeInstanceOf(Constructed);
    expect(made).toBe(0);
    expect(message.toJSON().body).toEqual({ a: 1 });
  });

  it('is validated until 100 failures are found, and not beyond the item of the last failure', () => {
    calls = 0;
    const builds = Array.from({ length: 1_000_000 }, () => ({ id: 2 }));
    expect(failuresOf({ builds }, 'hostile-class-bodies.odd')).toHaveLength(100);
    expect(calls).toBe(100);
    // An item that is not an object is a failure, too, although no validator is called for it.
    expect(failuresOf({ builds: builds.map(() => 5) }, 'hostile-class-bodies.odd')).toHaveLength(100);
    const nested = { id: 1, odds: builds.slice(0, 1000) };
    expect(failuresOf({ builds: [nested, nested] }, 'hostile-class-bodies.odd')).toHaveLength(100);
  });
});
