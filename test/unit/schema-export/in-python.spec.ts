import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { IsInt, IsOptional, IsString, Matches } from 'class-validator';
import { bodySchemaOf, Message, type MessageClass, MessageSchema, Severity } from 'nestjs-fedora-messaging';
import { beforeAll, describe, expect, it } from 'vitest';
import { messageTypeOf } from '../../../lib/message/index.js';
import { describeClass, pythonPackage, writeFiles } from '../../../lib/schema-export/index.js';
import { importSchemas, readSource } from '../../../lib/schema-import/index.js';
import { findOrInstallPython, hasPythonModules, PythonFolder } from '../../support/python.js';

/** Setuptools builds wheels by itself from 70.1 on, and before that with the package wheel. */
const CAN_BUILD_WHEELS =
  hasPythonModules('setuptools', 'pip') &&
  (hasPythonModules('wheel') || hasPythonModules('setuptools.command.bdist_wheel'));

const EXPORTER = fileURLToPath(new URL('../../../python/', import.meta.url));

/** Its last six characters are invisible, and beyond U+FFFF. */
const FLAG_OF_ENGLAND = '\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}';

@MessageSchema('kiosk.sold.v1', {
  package: 'kiosk_messages',
  topic: 'kiosk.sold',
  severity: Severity.ERROR,
  deprecated: true,
  bodySchema: {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    definitions: { price: { type: 'number', minimum: 0, exclusiveMinimum: true } },
    properties: {
      item: { type: 'string', pattern: '^\\w+\\Z', description: 'é, "quoted", \u2028\u{1f600} \\ ' },
      flag: { enum: [FLAG_OF_ENGLAND] },
      price: { $ref: '#/definitions/price' },
      note: { enum: ['a', 1.5, 1e21, true, false, null] },
    },
    required: ['item'],
    additionalProperties: false,
  },
  headersSchema: { type: 'object', properties: { shop: { type: 'string' } } },
})
class SoldV1 extends Message {
  override get summary(): string {
    return 'sold';
  }

  override get usernames(): string[] {
    return ['alice'];
  }

  override toString(): string {
    return 'sold';
  }
}

class VisitBody {
  @IsString()
  @Matches(/^[a-z]+$/)
  visitor!: string;

  @IsOptional()
  @IsInt()
  minutes?: number;
}

@MessageSchema('kiosk.visited', { topic: 'kiosk.visited', body: VisitBody })
class Visited extends Message<VisitBody> {}

/** A name with characters that mean something in the files of Python. */
const ODD_NAME = 'kiosk: """closed""" \\N';

@MessageSchema(ODD_NAME)
class Closed extends Message {}

const CLASSES: MessageClass[] = [SoldV1, Visited, Closed];

const BODIES: readonly [MessageClass, object][] = [
  [SoldV1, { item: 'tea' }],
  [SoldV1, { item: 'tea', price: 2, note: 1.5 }],
  [SoldV1, { item: 'tea', note: null }],
  [SoldV1, { item: 'tea', flag: FLAG_OF_ENGLAND }],
  [SoldV1, { item: 'tea', price: 0 }],
  [SoldV1, { item: 'green tea' }],
  [SoldV1, { item: 'tea', note: 'b' }],
  [SoldV1, { item: 'tea', more: 1 }],
  [SoldV1, {}],
  [Visited, { visitor: 'bob' }],
  [Visited, { visitor: 'bob', minutes: 3 }],
  [Visited, { visitor: 'bob', minutes: 3.5 }],
  [Visited, { visitor: 'Bob' }],
  [Visited, {}],
  [Closed, {}],
  [Closed, { any: ['thing'] }],
];

/** Writes the Python package of the classes. */
function exported(): PythonFolder {
  const folder = new PythonFolder();
  const description = { name: 'kiosk_messages', version: '1.0.0', license: 'MIT' };
  writeFiles(folder.folder, pythonPackage(description, CLASSES.map(describeClass)));
  return folder;
}

function python(code: string, input: unknown, ...paths: string[]): unknown {
  const output = execFileSync(
    'python3',
    ['-B', '-c', `import json, sys\nsys.path[:0] = sys.argv[1:]\n${code}`, ...paths],
    {
      input: JSON.stringify(input),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  return JSON.parse(output);
}

function isValid(messageClass: MessageClass, body: object): boolean {
  try {
    new messageClass({ body: body as never, headers: { shop: 'x' } }).validate();
    return true;
  } catch {
    return false;
  }
}

beforeAll(findOrInstallPython, 300_000);

describe('an exported Python package', () => {
  it('is imported by Python, with the names, topics, severities and schemas of the TypeScript classes', async () => {
    const { packages, problems } = await readSource(exported().folder, 'python3');
    expect(problems).toEqual([]);
    expect(packages).toMatchObject([{ name: 'kiosk_messages', version: '1.0.0', license: 'MIT' }]);
    const classes = packages[0]!.modules
      .flatMap((module) => module.classes)
      .filter(({ schemaNames }) => schemaNames.length > 0)
      .map(({ name, schemaNames, topic, severity, deprecated, bodySchema, headersSchema, members }) => ({
        name,
        schemaNames,
        topic,
        severity,
        deprecated,
        bodySchema,
        headersSchema,
        members: members.map((member) => member.name).sort(),
      }));
    const others = { severity: Severity.INFO, deprecated: false, headersSchema: null, members: [] };
    expect(classes.sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { ...others, name: 'Closed', schemaNames: [ODD_NAME], topic: null, bodySchema: null },
      {
        name: 'SoldV1',
        schemaNames: ['kiosk.sold.v1'],
        topic: 'kiosk.sold',
        severity: Severity.ERROR,
        deprecated: true,
        bodySchema: bodySchemaOf(SoldV1),
        headersSchema: messageTypeOf(SoldV1).headersSchema,
        members: ['__str__', 'summary', 'usernames'],
      },
      {
        ...others,
        name: 'Visited',
        schemaNames: ['kiosk.visited'],
        topic: 'kiosk.visited',
        bodySchema: bodySchemaOf(Visited),
      },
    ]);
  });

  it('answers as the base class where the TypeScript class overrides an accessor', () => {
    const code = `
import types
class Base:
    summary = "base"
    usernames = []
    def __str__(self):
        return "text of the base"
message = types.ModuleType("fedora_messaging.message")
message.Message = Base
message.INFO = 20
message.ERROR = 40
library = types.ModuleType("fedora_messaging")
library.message = message
sys.modules.update({"fedora_messaging": library, "fedora_messaging.message": message})
from kiosk_messages import SoldV1
sold = SoldV1()
print(json.dumps([sold.summary, sold.usernames, str(sold)]))`;
    expect(python(code, null, exported().folder)).toEqual(['base', [], 'text of the base']);
  });

  it('comes back by `schemas import` with the same names, topics, severities and schemas', async () => {
    const out = new PythonFolder();
    const { problems, packages } = await importSchemas([await readSource(exported().folder, 'python3')], {
      out: out.folder,
    });
    expect(problems).toEqual([]);
    expect(packages).toMatchObject([{ schemas: 3, warnings: [] }]);
    const url = pathToFileURL(join(out.folder, 'kiosk-messages/index.ts')).href;
    const module = (await import(/* @vite-ignore */ url)) as Record<string, MessageClass>;
    for (const original of CLASSES) {
      const back = module[original.name]!;
      expect(messageTypeOf(back)).toMatchObject({
        name: messageTypeOf(original).name,
        topic: messageTypeOf(original).topic,
        severity: messageTypeOf(original).severity,
        deprecated: messageTypeOf(original).deprecated,
        package: 'kiosk_messages',
      });
      expect(bodySchemaOf(back)).toEqual(bodySchemaOf(original));
      expect(messageTypeOf(back).headersSchema).toEqual(messageTypeOf(original).headersSchema);
    }
  });

  it.runIf(hasPythonModules('jsonschema'))(
    'judges messages in the jsonschema of Python as the TypeScript classes do',
    () => {
      const code = `
from export_schemas import message_api
message_api.message_class()
import jsonschema
import kiosk_messages
def is_valid(name, body):
    cls = getattr(kiosk_messages, name)
    try:
        jsonschema.validate(body, cls.body_schema)
        jsonschema.validate({"shop": "x"}, cls.headers_schema)
        return True
    except jsonschema.ValidationError:
        return False
print(json.dumps([is_valid(*given) for given in json.load(sys.stdin)]))`;
      const given = BODIES.map(([{ name }, body]) => [name, body]);
      const verdicts = BODIES.map(([messageClass, body]) => isValid(messageClass, body));
      expect(new Set(verdicts)).toEqual(new Set([true, false]));
      expect(python(code, given, exported().folder, EXPORTER)).toEqual(verdicts);
    },
  );

  it.runIf(CAN_BUILD_WHEELS)(
    'is installed by pip, and Python then finds its entry points',
    { timeout: 120_000 },
    () => {
      const target = new PythonFolder().folder;
      const pip = '-m pip install --quiet --no-index --no-build-isolation --no-deps --target'.split(' ');
      execFileSync('python3', [...pip, target, exported().folder], { stdio: ['ignore', 'pipe', 'pipe'] });
      const code = `
import importlib.metadata
found = importlib.metadata.distribution("kiosk_messages")
from export_schemas import message_api
message_api.message_class()
print(json.dumps({e.name: e.load().topic for e in found.entry_points if e.group == "fedora.messages"}))`;
      expect(python(code, null, target, EXPORTER)).toEqual({
        'kiosk.sold.v1': 'kiosk.sold',
        'kiosk.visited': 'kiosk.visited',
        [ODD_NAME]: '',
      });
    },
  );
});
