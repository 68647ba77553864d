import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../../lib/index.js';
import { PythonError } from '../../../lib/python/index.js';
import { type ImportReport, importSchemas, readSource } from '../../../lib/schema-import/index.js';
import { memberName } from '../../../lib/schema-import/names/index.js';
import { findOrInstallPython, PYTHON_PACKAGES } from '../../support/python.js';
import { BODIES } from './observatory-bodies.js';

const PACKAGE = join(PYTHON_PACKAGES, 'observatory-messages');
const EVALUATOR = fileURLToPath(new URL('../../support/python-accessors.py', import.meta.url));
const BUILD = fileURLToPath(new URL('../../../.build/', import.meta.url));

/** The classes whose members other tests expect to be left out. */
const LEFT_OUT_ELSEWHERE =
  /^(?:PythonOnlyV1|TrapsV1|TwinV1|ShadowsV1|Coloured|SquareV1|AttributesV1|_Labelled|_Owned|OwnedV1|KindsV1|AliasesV1)\./;

/** What an accessor answers: its value, or the name of the error's class. */
type Answer = readonly ['result', unknown] | readonly ['error', string];

/** The classes above, where some of their members are left out. */
const BASES: Readonly<Record<string, readonly string[]>> = {
  GreyV1: ['Coloured'],
  AttributesV1: ['_Labelled'],
  OwnedV1: ['_Owned'],
};

/** The members that are objects of Python, which are not JSON. */
const OBJECTS = new Set(['orbit']);

let report: ImportReport;
let classes: Record<string, new (init: { body?: object; topic?: string }) => Message<object>>;
let inPython: Record<string, Answer>[][];
const out = (): string => (mkdirSync(BUILD, { recursive: true }), mkdtempSync(join(BUILD, 'accessors-')));
let folder: string;

beforeAll(async () => {
  findOrInstallPython();
  folder = out();
  report = await importSchemas([await readSource(PACKAGE, 'python3')], { out: folder });
  classes = (await import(join(folder, 'observatory-messages', 'index.ts'))) as typeof classes;
  const stdout = execFileSync('python3', ['-B', '-W', 'ignore', EVALUATOR, join(PACKAGE, 'src')], {
    input: JSON.stringify(BODIES),
    encoding: 'utf8',
  });
  inPython = JSON.parse(stdout) as typeof inPython;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function answerOf(message: Message<object>, name: string): Answer {
  try {
    const value = (message as unknown as Record<string, unknown>)[memberName(name)];
    const result: unknown = typeof value === 'function' ? value.call(message) : value;
    return ['result', JSON.parse(JSON.stringify(result ?? null))];
  } catch (error) {
    if (error instanceof PythonError) return ['error', error.name];
    throw error;
  }
}

function untranslatedOf(className: string): string[] {
  return report.packages[0]!.untranslated.filter(({ member }) => member.startsWith(`${className}.`)).map(
    ({ member }) => member.slice(className.length + 1),
  );
}

describe('an imported accessor', () => {
  it.each(BODIES.map(([, className], place) => ({ className, place })))(
    'of $className answers as Python does, for usual and for strange bodies',
    ({ className, place }) => {
      const [, , bodies] = BODIES[place]!;
      const leftOut = new Set([className, ...(BASES[className] ?? [])].flatMap(untranslatedOf));
      let compared = 0;
      for (const [index, body] of bodies.entries()) {
        for (const [name, answer] of Object.entries(inPython[place]![index]!)) {
          if (leftOut.has(name) || OBJECTS.has(name)) continue;
          const message = new classes[className]!({ body: structuredClone(body) });
          expect({ name, body, answer: answerOf(message, name) }).toEqual({ name, body, answer });
          compared++;
        }
      }
      expect(compared).toBeGreaterThan(bodies.length);
    },
  );

  it('is left out with a reason when its meaning is not certain, and so are the members that use it', () => {
    expect(untranslatedOf('PythonOnlyV1').sort()).toEqual([
      '__str__',
      'a_tuple',
      'an_object_in_text',
      'changes_body',
      'joins_nothing',
      'lookahead',
      'loops',
      'reads_a_file',
      'set_in_a_loop',
      'static',
      'summary',
      'unknown_attribute',
      'unset',
      'uses_summary',
      'walrus',
    ]);
    const others = report.packages[0]!.untranslated.filter(({ member }) => !LEFT_OUT_ELSEWHERE.test(member));
    expect(others).toEqual([]);
    // Its constructor sets the attribute.
    expect(untranslatedOf('Coloured')).toEqual(['size_text']);
  });

  it('is left out when it replaces a member of another kind, which TypeScript refuses', () => {
    expect(untranslatedOf('SquareV1').sort()).toEqual([
      '__str__',
      'area',
      'area_text',
      'edge',
      'scaled',
      'summary',
    ]);
  });

  it('is left out when super() of a class with several bases means another class in TypeScript', () => {
    expect(untranslatedOf('TwinV1').sort()).toEqual(['__str__', '_prefix', 'plain_prefix', 'summary']);
  });

  it('is left out when it reads an attribute that other code sets', () => {
    expect(untranslatedOf('_Labelled')).toEqual(['label_text']);
    expect(untranslatedOf('AttributesV1').sort()).toEqual([
      'annotated_text',
      'app_icon',
      'chained_text',
      'count_text',
      'given_name_text',
      'looped_text',
      'number_of_pieces',
      'tuple_text',
    ]);
    // An unrelated class has a property '_owner'. So it counts as an accessor, and it is set; what reads it is translated.
    expect(untranslatedOf('_Owned').sort()).toEqual(['_owner', 'one', 'seen', 'two']);
    expect(untranslatedOf('OwnedV1')).toEqual(['owner_text']);
  });

  it('is left out where a tuple or an object of Python would be taken for a list', () => {
    expect(untranslatedOf('KindsV1').sort()).toEqual([
      '_shown',
      'both',
      'chosen',
      'default',
      'dict_with_tuple',
      'either',
      'equal_objects',
      'first_vote',
      'format_with_dict',
      'greatest',
      'groups_as_text',
      'item_of_object',
      'items_of_object',
      'joined_object',
      'length_of_object',
      'level_shown',
      'list_in_tuples',
      'longest',
      'mixed_list',
      'nested_shown',
      'object_taken_apart',
      'own_float_shown',
      'own_tuple_shown',
      'packages_as_text',
      'pairs_found',
      'repr_in_f_string',
      'repr_in_format',
      'set_of_pairs',
      'sliced',
      'sorted_as_texts',
      'str_in_f_string',
      'sum_of_tuples',
      'tuple_equals',
      'tuple_formatted',
      'tuple_in_tuples',
      'tuple_shown',
      'two_kinds_shown',
      'whole_float',
    ]);
  });

  it('is left out when it changes an item of a list that has another name', () => {
    expect(untranslatedOf('AliasesV1').sort()).toEqual([
      'item_of_rows',
      'item_with_operator',
      'value_of_dict',
    ]);
  });

  it('is left out where JavaScript has no such lists, tuples, numbers, names or defaults', () => {
    expect(untranslatedOf('TrapsV1').sort()).toEqual([
      '_default_of_class',
      '_default_of_name',
      'changed_constant',
      'defaults',
      'fractions',
      'list_with_two_names',
      'name_of_a_function',
      'object_taken_apart',
      'other_self',
      'set_of_tuples',
      'too_many_arguments',
      'tuple_as_text',
      'tuple_compared',
    ]);
  });

  it('is left out where a name of Python means something else in the module', () => {
    expect(untranslatedOf('ShadowsV1').sort()).toEqual(['catches', 'length']);
  });

  it('answers as its base class does when it is not translated', () => {
    expect(new classes['PythonOnlyV1']!({ topic: 'observatory.python' }).summary).toBe('observatory.python');
  });

  it('returns Python objects as instances of classes', () => {
    const message = new classes['CometV1']!({ body: { orbit: { name: 'Kuiper belt', bodies: ['a'] } } });
    const { orbit } = message as unknown as { orbit: { name: string; bodies: object[]; shortName: string } };
    expect(orbit).toMatchObject({ name: 'Kuiper belt', bodies: [{ name: 'a', bodies: [] }] });
    expect(orbit.shortName).toBe('Kuip…');
    expect((message as unknown as { orbit: unknown }).orbit).toBe(orbit);
  });
});
