import { Exclude, Expose, instanceToPlain, plainToInstance, Transform, Type } from 'class-transformer';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makingInstance, plainOf } from '../../../lib/message/body/class-transformer.js';
import { atOnce } from '../../../lib/message/wire/json/in-turns.js';

class Animal {}
class Cat extends Animal {
  lives = 9;
}
class Dog extends Animal {
  @Transform(({ value }: { value: unknown }) => `good ${String(value)}`) name: unknown;
}

const discriminator = {
  property: 'kind',
  subTypes: [
    { value: Cat, name: 'cat' },
    { value: Dog, name: 'dog' },
  ],
};

class Names extends Array<unknown> {}

class Parent {
  state = 'new';
  @Transform(({ value, obj, key }) => [value, Object.keys(obj as object), key]) seen?: unknown;
  @Transform(({ value }) => value as unknown, { toPlainOnly: true })
  @Transform(({ value }) => (value as unknown) ?? 'none', { toClassOnly: true })
  either?: unknown;
  @Exclude() secret?: unknown;
  @Exclude({ toPlainOnly: true }) halfSecret?: unknown;
  @Expose({ name: 'on_the_wire' }) exposed?: unknown;
  @Expose({ groups: ['admin'] }) ofGroup?: unknown;
}

class Item extends Parent {
  @Type(() => Item) item?: unknown;
  @Type(() => Item) items!: Item[];
  @Type(() => Item) @Transform(({ value }) => [value as unknown]) wrapped!: Item[];
  @Type(() => Item) set!: Set<Item>;
  @Type(() => Item) map!: Map<string, Item>;
  @Type(() => Item) names!: Names;
  @Type(() => String) text?: unknown;
  @Type(() => Number) numbers!: unknown[];
  @Type(() => Boolean) flag?: unknown;
  @Type(() => Date) date?: unknown;
  @Type(() => Date) dates!: Date[];
  @Type(() => Animal, { discriminator }) animal?: unknown;
  @Type(() => Animal, { discriminator, keepDiscriminatorProperty: true }) animals!: Animal[];
  @Type((of) => (of!.object['state'] === 'new' ? Cat : Dog)) chosen?: unknown;
  #lower = '';
  set lower(value: unknown) {
    this.#lower = JSON.stringify(value ?? null).toLowerCase();
  }
  get lower(): string {
    return this.#lower;
  }
  get readOnly(): string {
    return 'read only';
  }
  method(): string {
    return 'a method';
  }
}

@Exclude()
class Hidden {
  @Expose() @Type(() => Item) items!: Item[];
  @Expose({ name: 'other' }) item?: unknown;
}

const one = (): number => 1;

class Bounded {
  readonly bound = one;
  @Type(() => Hidden) hidden?: unknown;
  @Type(() => Item) items!: Item[];
}

const keys = [
  ...Object.keys(new Item()),
  'item',
  'items',
  'wrapped',
  'set',
  'map',
  'names',
  'text',
  'numbers',
  'flag',
]
  .concat(['date', 'dates', 'animal', 'animals', 'chosen', 'lower', 'readOnly', 'method', 'hidden', 'bound'])
  .concat([
    'on_the_wire',
    'exposed',
    'other',
    'ofGroup',
    'kind',
    'name',
    'size',
    'toString',
    '__proto__',
    '0',
    '',
  ]);

const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<unknown>(1, 'x', '2026-01-01T00:00:00Z', true, null, 'cat', 'dog'),
    // class-transformer throws at null in a list whose items have a discriminator.
    fc.array(
      tie('value').filter((value) => value !== null),
      { maxLength: 4 },
    ),
    tie('object'),
  ),
  object: fc.oneof(
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 6, noNullPrototype: true }),
    fc.record(
      { kind: fc.constantFrom('cat', 'dog', 'cow', 5), name: tie('value') },
      { noNullPrototype: true },
    ),
  ),
})).object;

/** The result of a function, or that it throws. */
function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return 'thrown';
  }
}

/** A copy, because class-transformer changes its argument. */
function copyOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The keys of all objects in a value, in order. */
function keysOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return [];
  if (value instanceof Set || value instanceof Map) return [...value].map(keysOf);
  return Object.entries(value).map(([key, child]) => [key, keysOf(child)]);
}

const CLASSES: [string, new () => object][] = [
  ['Item', Item],
  ['Hidden', Hidden],
  ['Bounded', Bounded],
];

function made(bodyClass: new () => object, body: unknown): object {
  return atOnce(makingInstance(bodyClass, body));
}

describe('the instance of a body class', () => {
  it.each(CLASSES)('equals the instance of class-transformer: %s', (_, bodyClass) => {
    fc.assert(
      fc.property(json, (body) => {
        const instance = outcome(() => made(bodyClass, copyOf(body)));
        const expected = outcome(() => plainToInstance<object, unknown>(bodyClass, copyOf(body)));
        expect(instance).toStrictEqual(expected);
        expect(keysOf(instance)).toEqual(keysOf(expected));
      }),
      { numRuns: 300 },
    );
  });

  it.each(CLASSES)('has the same keys when the JSON has many keys: %s', (_, bodyClass) => {
    const names = ['secret', 'exposed', 'halfSecret', 'on_the_wire', 'ofGroup', 'other', 'item', 'readOnly'];
    fc.assert(
      fc.property(fc.shuffledSubarray([...names, ...keys]), fc.nat(), (some, place) => {
        const all = Array.from({ length: 120 }, (_, n) => `k${n}`);
        all.splice(place % 120, 0, ...some);
        const body = Object.fromEntries(all.map((key) => [key, null]));
        const instance = made(bodyClass, body);
        const expected = plainToInstance<object, unknown>(bodyClass, body);
        expect(instance).toStrictEqual(expected);
        expect(keysOf(instance)).toEqual(keysOf(expected));
        expect(keysOf(plainOf(instance))).toEqual(keysOf(instanceToPlain(expected)));
        expect(plainOf(instance)).toStrictEqual(instanceToPlain(expected));
      }),
      { numRuns: 100 },
    );
  });

  it('is made without a search through all keys for each key, and so is its JSON', () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n]));
    const search = vi.spyOn(Array.prototype, 'indexOf');
    onTestFinished(() => search.mockRestore());
    const instance = made(Item, { item: body, ...body });
    plainOf(instance);
    expect(search.mock.calls.length).toBeLessThan(1000);
  });

  it('does not change the JSON, so that a second instance is equal', () => {
    const body = { animal: { kind: 'cat' }, items: [{ animal: { kind: 'dog', name: 'Rex' } }] };
    const before = copyOf(body);
    const first = made(Item, body) as { animal: unknown; items: Item[] };
    expect(body).toEqual(before);
    expect(first.animal).toBeInstanceOf(Cat);
    expect(first.items[0]!.animal).toBeInstanceOf(Dog);
    expect(made(Item, body)).toStrictEqual(first);
  });

  it('is made also where class-transformer throws: for null among items with a discriminator, for the key constructor', () => {
    expect(made(Item, { animals: [null] })).toMatchObject({ animals: [null] });
    expect(made(Item, { unknown: { constructor: 1, a: 1 } })).toMatchObject({ unknown: { a: 1 } });
  });

  const many = 5000;
  let calls = 0;
  class Counted {
    constructor() {
      calls++;
    }
  }
  class Counting {
    @Type(() => Counted) list!: Counted[];
    @Type(() => Counted) map!: Map<string, Counted>;
    @Type(() => Counted) set!: Set<Counted>;
    @Type(() => Counting) nested!: Counting[];
    @Transform(() => calls++) count?: number;
  }
  const record = (value: unknown): object =>
    Object.fromEntries(Array.from({ length: many }, (_, n) => [`k${n}`, value]));
  const list = (value: unknown): unknown[] => Array.from({ length: many }, () => value);

  it('may be nested two thousand levels deep', () => {
    let items: object = {};
    for (let depth = 1; depth < 1000; depth++) items = { items: [items] };
    expect(made(Counting, items)).toBeInstanceOf(Counting);
    let nested: object = {};
    for (let depth = 1; depth < 2000; depth++) nested = { nested };
    expect(made(Counting, nested)).toBeInstanceOf(Counting);
  });

  it.each<[string, object]>([
    ['a list', { list: list({}) }],
    ['a Map', { map: record({}) }],
    ['a Set', { set: list({}) }],
    ['a list in an item of a list', { nested: [{ list: list({}) }, { list: list({}) }] }],
    ['items with transforms', { nested: list({ count: 1 }) }],
  ])('is made in steps of at most 100 values: %s', (_, body) => {
    const steps = makingInstance(Counting, body);
    let most = 0;
    let total = 0;
    for (let done = false; !done;) {
      calls = 0;
      done = steps.next().done === true;
      most = Math.max(most, calls);
      total += calls;
    }
    expect(total).toBeGreaterThanOrEqual(many);
    expect(most).toBeLessThanOrEqual(101);
  });

  it.each<[string, object]>([
    ['keys that the class does not know', record(1)],
    ['an object in a property that the class does not know', { unknown: record([]) }],
    ['numbers', { unknown: list(1) }],
  ])('is made in steps when it has many %s', (_, body) => {
    let steps = 0;
    for (const making = makingInstance(Counting, body); !making.next().done;) steps++;
    expect(steps).toBeGreaterThanOrEqual(many / 100);
  });
});
