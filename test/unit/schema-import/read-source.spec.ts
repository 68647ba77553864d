import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ExportedClass, ExportedSchemas } from '../../../lib/schema-import/exporter/index.js';
import { readSource } from '../../../lib/schema-import/index.js';
import { findOrInstallPython, PYTHON_PACKAGES, PythonFolder } from '../../support/python.js';

const WEATHER = join(PYTHON_PACKAGES, 'weather-messages');
const PYTHON = 'python3';

/** A module with one message class. */
const ONE_CLASS = `
from fedora_messaging import message
class Sown(message.Message):
    topic = "garden.sown"
    body_schema = {"type": "object", "properties": {"plant": {"type": "string"}}}
`;
const ENTRY = 'garden.sown = garden_messages:Sown';

beforeAll(findOrInstallPython, 300_000);

function classNamed(document: ExportedSchemas, name: string): ExportedClass {
  const classes = document.packages.flatMap(({ modules }) => modules.flatMap((module) => module.classes));
  return classes.find((candidate) => candidate.name === name)!;
}

/** The content of a source, without its modules. */
function headOf({ packages, problems }: ExportedSchemas): unknown {
  const classes = packages.flatMap(({ modules }) => modules.flatMap((module) => module.classes));
  return {
    packages: packages.map(({ name, version, license }) => [name, version, license]),
    schemas: Object.fromEntries(
      classes.flatMap(({ schemaNames, name }) => schemaNames.map((schema) => [schema, name])),
    ),
    problems: problems.map(({ message }) => message),
  };
}

const GARDEN = {
  packages: [['garden-messages', '1.0', 'MIT']],
  schemas: { 'garden.sown': 'Sown' },
  problems: [],
};

function setEnv(name: string, value: string): void {
  vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

describe('reading a Python package', () => {
  it('gives the options of its message classes, with inherited options', async () => {
    const document = await readSource(WEATHER, PYTHON);
    expect(document.problems).toEqual([]);
    expect(document.packages).toMatchObject([{ name: 'weather-messages', version: '2.1.0', license: 'MIT' }]);
    expect(classNamed(document, 'StormV1')).toMatchObject({
      doc: 'A storm comes.',
      bases: ['weather_messages.base:WeatherMessage'],
      mro: ['weather_messages.base:WeatherMessage', 'fedora_messaging.message:Message'],
      schemaNames: ['weather.storm.v1'],
      topic: 'weather.storm',
      severity: 30,
      deprecated: false,
      own: ['topic', 'severity', 'body_schema', 'headers_schema'],
      computed: [],
    });
    expect(classNamed(document, 'StormV1').headersSchema).toMatchObject({ required: ['region'] });
    expect(classNamed(document, 'ReportV1')).toMatchObject({
      severity: 20,
      deprecated: true,
      headersSchema: null,
    });
    // Inherited, as in Python.
    expect(classNamed(document, 'ReportV2')).toMatchObject({ topic: 'weather.report', deprecated: false });
    expect(classNamed(document, 'WeatherMessage')).toMatchObject({
      schemaNames: [],
      topic: null,
      bodySchema: null,
      constants: { app_name: 'Weather', app_icon: null },
    });
  });

  it('gives each body schema exactly as Python has it', async () => {
    const { bodySchema } = classNamed(await readSource(WEATHER, PYTHON), 'ReportV2');
    expect(JSON.stringify(bodySchema)).toBe(
      '{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{"station":{"type":"object","description":"A weather station","properties":{"code":{"type":"string","description":"The four letters of the station"},"name":{"type":["string","null"]},"keeper":{"type":"string"}},"required":["code","keeper"]},"temperature":{"type":["number","null"]},"wind":{"type":"object","properties":{"speed":{"type":"integer"},"direction":{"enum":["N","E","S","W",null]}},"required":["speed"]}},"required":["station"]}',
    );
  });

  it("gives the syntax tree of each member with source code, and of values that JSON can't express", async () => {
    const document = await readSource(WEATHER, PYTHON);
    const members = Object.fromEntries(
      classNamed(document, 'StationV1').members.map((member) => [member.name, member]),
    );
    expect(members['state']).toMatchObject({
      kind: 'property',
      parameters: ['self'],
      ast: { _type: 'FunctionDef', name: 'state', lineno: expect.any(Number), body: [{ _type: 'Return' }] },
    });
    expect(members['parse']).toMatchObject({ kind: 'static', parameters: ['text'] });
    expect(members['__init__']).toMatchObject({ kind: 'method' });
    expect(members['usernames']).toMatchObject({ kind: 'property', ast: null });
    const base = document.packages[0]!.modules.find(({ name }) => name === 'weather_messages.base')!;
    expect(base.constants).toMatchObject({ BASE_URL: 'https://weather.example.org' });
    expect(base.constants).not.toHaveProperty('SCALES');
    expect(base.expressions).toMatchObject({ SCALES: { _type: 'Dict' }, STATION_RE: { _type: 'Call' } });
    expect(base.imports).toMatchObject({
      re: 're',
      message: 'fedora_messaging.message',
      user_avatar_url: 'fedora_messaging.schema_utils.user_avatar_url',
    });
    const stations = document.packages[0]!.modules.find(({ name }) => name === 'weather_messages.stations')!;
    expect(stations.imports).toMatchObject({ STATION: 'weather_messages.base.STATION' });
    expect(classNamed(document, 'State')).toMatchObject({ isMessage: false, enum: { UP: 1, DOWN: 2 } });
    expect(classNamed(document, 'Reading')).toMatchObject({ isMessage: false, fields: ['value', 'unit'] });
  });

  it("reports several bases in Python's order of look-up, and the members that are computed for each message", async () => {
    const document = await readSource(WEATHER, PYTHON);
    expect(classNamed(document, 'ReadingV1')).toMatchObject({
      topic: null,
      bases: ['weather_messages.stations:WithReading', 'weather_messages.base:WeatherMessage'],
      mro: [
        'weather_messages.stations:WithReading',
        'weather_messages.base:WeatherMessage',
        'fedora_messaging.message:Message',
      ],
    });
    expect(classNamed(document, 'RelayV1')).toMatchObject({ bodySchema: null, computed: ['body_schema'] });
  });

  it('gives the schema that a constructor sets on each message', async () => {
    const project = new PythonFolder({
      'setup.cfg': `[metadata]\nname = garden-messages\n[options.entry_points]\nfedora.messages =\n  ${ENTRY}\n`,
      'garden_messages.py': `
from fedora_messaging import message
class Sown(message.Message):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.body_schema = {"type": "object", "required": ["plant"]}
`,
    });
    const document = await readSource(project.folder, PYTHON);
    expect(classNamed(document, 'Sown').bodySchema).toEqual({ type: 'object', required: ['plant'] });
  });

  it('leaves no file behind', async () => {
    const project = new PythonFolder();
    const source = project.copy('weather-messages');
    setEnv('PYTHONDONTWRITEBYTECODE', '');
    const before = readdirSync(source, { recursive: true });
    await readSource(source, PYTHON);
    expect(readdirSync(source, { recursive: true })).toEqual(before);
    expect(readdirSync(join(PYTHON_PACKAGES, '../../python/export_schemas'))).not.toContain('__pycache__');
  });

  it("does not mistake the package's own output for schemas", async () => {
    const project = new PythonFolder({
      'setup.cfg': `[metadata]\nname = garden-messages\nversion = 1.0\nlicense = MIT\n[options.entry_points]\nfedora.messages =\n  ${ENTRY}\n`,
      'garden_messages.py': `print("{}")\n${ONE_CLASS}`,
    });
    expect(headOf(await readSource(project.folder, PYTHON))).toEqual(GARDEN);
  });
});

describe('a source of Python message classes', () => {
  const FORMS: Record<string, Record<string, string>> = {
    'pyproject.toml of the standard': {
      'pyproject.toml': `[project]\nname = "garden-messages"\nversion = "1.0"\nlicense = "MIT"\n[project.entry-points."fedora.messages"]\n"garden.sown" = "garden_messages:Sown"\n`,
    },
    'pyproject.toml of Poetry': {
      'pyproject.toml': `[tool.poetry]\nname = "garden-messages"\nversion = "1.0"\nlicense = "MIT"\n[tool.poetry.plugins."fedora.messages"]\n"garden.sown" = "garden_messages:Sown"\n`,
    },
    'setup.cfg': {
      'setup.cfg': `[metadata]\nname = garden-messages\nversion = 1.0\nlicense = MIT\n[options.entry_points]\nfedora.messages =\n    ${ENTRY}\n`,
    },
    'setup.py with a list': {
      'setup.py': `import setuptools\nNAME = "garden-messages"\nsetuptools.setup(name=NAME, version="1.0", license="MIT", packages=setuptools.find_packages(), entry_points={"fedora.messages": ["${ENTRY}"]})\n`,
    },
    'setup.py with a text': {
      'setup.py': `from setuptools import setup\nsetup(name="garden-messages", version="1.0", license="MIT", entry_points="""\n[fedora.messages]\n${ENTRY}\n""")\n`,
    },
    'what a build left behind': {
      'PKG-INFO': 'Metadata-Version: 2.1\nName: garden-messages\nVersion: 1.0\nLicense: MIT\n',
      'garden_messages.egg-info/entry_points.txt': `[fedora.messages]\n${ENTRY}\n`,
    },
  };

  it.each(Object.keys(FORMS))('can be a folder with %s', async (form) => {
    const project = new PythonFolder({ ...FORMS[form], 'garden_messages.py': ONE_CLASS });
    expect(headOf(await readSource(project.folder, PYTHON))).toEqual(GARDEN);
  });

  it('can be an sdist', async () => {
    const project = new PythonFolder();
    project.write('garden_messages-1.0/setup.py', FORMS['setup.py with a list']!['setup.py']!);
    project.write('garden_messages-1.0/garden_messages.py', ONE_CLASS);
    const sdist = project.sdist('garden_messages-1.0.tar.gz', 'garden_messages-1.0');
    expect(headOf(await readSource(sdist, PYTHON))).toEqual(GARDEN);
  });

  const METADATA = 'Metadata-Version: 2.1\nName: garden-messages\nVersion: 1.0\nLicense-Expression: MIT\n';

  it('can be a wheel', async () => {
    const project = new PythonFolder({
      'in/garden_messages.py': ONE_CLASS,
      'in/garden_messages-1.0.dist-info/METADATA': METADATA,
      'in/garden_messages-1.0.dist-info/entry_points.txt': `[fedora.messages]\n${ENTRY}\n`,
    });
    const wheel = project.wheel('garden_messages-1.0-py3-none-any.whl', 'in');
    expect(headOf(await readSource(wheel, PYTHON))).toEqual(GARDEN);
  });

  it('can be the name of a distribution that Python has installed', async () => {
    const project = new PythonFolder({
      'garden_messages.py': ONE_CLASS,
      'garden_messages-1.0.dist-info/METADATA': METADATA,
      'garden_messages-1.0.dist-info/entry_points.txt': `[fedora.messages]\n${ENTRY}\n`,
    });
    setEnv('PYTHONPATH', project.folder);
    expect(headOf(await readSource('garden-messages', PYTHON))).toEqual(GARDEN);
    const { problems } = await readSource('forest-messages', PYTHON);
    expect(problems).toMatchObject([
      {
        source: 'forest-messages',
        message: expect.stringMatching(
          /has no distribution forest-messages; those with message schemas are .*garden-messages/,
        ),
        hint: expect.stringContaining('install it there'),
      },
    ]);
  });

  it('can be JSON that another machine printed', async () => {
    const project = new PythonFolder();
    const exported = await readSource(WEATHER, PYTHON);
    const file = project.write('weather.json', JSON.stringify(exported));
    expect(await readSource(file, 'no-python-is-needed')).toEqual(exported);
  });

  it('is refused, with the place of the fault, when it is JSON of another form', async () => {
    const project = new PythonFolder();
    const exported = await readSource(WEATHER, PYTHON);
    const [weather] = exported.packages;
    const wrong = { ...exported, packages: [{ ...weather, modules: [{ ...weather!.modules[0], name: 1 }] }] };
    const file = project.write('weather.json', JSON.stringify(wrong));
    const { problems } = await readSource(file, PYTHON);
    expect(problems[0]!.message).toContain('/packages/0/modules/0/name');
    expect((await readSource(project.write('not.json', '{'), PYTHON)).problems[0]!.message).toContain('JSON');
  });

  it('needs only Python 3.9: JavaScript reads a pyproject.toml when Python has no TOML reader', async () => {
    const project = new PythonFolder({
      'old/tomllib.py': 'raise ImportError("as before Python 3.11")\n',
      ...FORMS['pyproject.toml of Poetry'],
      'garden_messages.py': ONE_CLASS,
    });
    setEnv('PYTHONPATH', project.path('old'));
    expect(headOf(await readSource(project.folder, PYTHON))).toEqual(GARDEN);
  });

  it('is read with the installed fedora_messaging, or with a stand-in if Python has none', async () => {
    const project = new PythonFolder({
      ...FORMS['setup.cfg'],
      'garden_messages.py': `${ONE_CLASS}\nfrom fedora_messaging.exceptions import ValidationError\nclass Wilted(ValidationError): pass\n`,
      'installed/fedora_messaging/__init__.py': '',
      'installed/fedora_messaging/exceptions.py': 'class ValidationError(Exception): pass\n',
      'installed/fedora_messaging/message.py':
        'class Message:\n    topic = ""\n    severity = 40\n    body_schema = {}\n    headers_schema = {}\n',
    });
    expect(classNamed(await readSource(project.folder, PYTHON), 'Sown').severity).toBe(20);
    setEnv('PYTHONPATH', project.path('installed'));
    const document = await readSource(project.folder, PYTHON);
    expect(classNamed(document, 'Sown')).toMatchObject({ severity: 40, headersSchema: null });
  });
});

describe("a Python package that can't be read", () => {
  async function problemsOf(files: Record<string, string>): Promise<ExportedSchemas> {
    return readSource(new PythonFolder(files).folder, PYTHON);
  }
  const twoEntries = (other: string): string =>
    `[metadata]\nname = garden-messages\nversion = 1.0\nlicense = MIT\n[options.entry_points]\nfedora.messages =\n    ${ENTRY}\n    ${other}\n`;

  it('is reported with the missing module, while its other modules are read', async () => {
    const document = await problemsOf({
      'setup.cfg': twoEntries('garden.reaped = garden_harvest:Reaped'),
      'garden_messages.py': ONE_CLASS,
      'garden_harvest.py': 'import scythes.sharp\n',
    });
    expect(document.packages[0]!.modules.map(({ name }) => name)).toEqual(['garden_messages']);
    expect(document.problems).toEqual([
      {
        source: expect.any(String),
        package: 'garden-messages',
        module: 'garden_harvest',
        message:
          "the module garden_harvest can't be imported: ModuleNotFoundError: No module named 'scythes'. Left out: garden.reaped",
        hint: expect.stringContaining('install the distribution that has the module scythes'),
      },
    ]);
  });

  it.each([
    ['ends the process', 'import sys\nsys.exit("no")\n', 'SystemExit: no'],
    ['raises an error', 'raise RuntimeError("no harvest")\n', 'RuntimeError: no harvest'],
    ['is not Python', 'this is not\n', 'SyntaxError'],
  ])('is reported when its module %s, and its other modules are read', async (_, code, message) => {
    const document = await problemsOf({
      'setup.cfg': twoEntries('garden.reaped = garden_harvest:Reaped'),
      'garden_messages.py': ONE_CLASS,
      'garden_harvest.py': code,
    });
    expect(classNamed(document, 'Sown').schemaNames).toEqual(['garden.sown']);
    expect(document.problems[0]!.message).toContain(message);
  });

  it('is reported when an entry point names something other than a message class', async () => {
    const document = await problemsOf({
      'setup.cfg': twoEntries('garden.reaped = garden_messages:Reaped'),
      'garden_messages.py': ONE_CLASS,
    });
    expect(document.problems.map(({ message }) => message)).toEqual([
      'the entry point garden.reaped names garden_messages:Reaped, which is not a class that extends fedora_messaging.message.Message',
    ]);
  });

  it('is reported with the attribute when a schema is not JSON', async () => {
    const document = await problemsOf({
      'setup.cfg': twoEntries(''),
      'garden_messages.py':
        'from fedora_messaging import message\nclass Sown(message.Message):\n    body_schema = {"enum": {1, 2}}\n',
    });
    expect(document.problems.map(({ message }) => message)).toEqual([
      'body_schema of garden_messages:Sown is not JSON, so its class is imported without it',
    ]);
    expect(classNamed(document, 'Sown').bodySchema).toBeNull();
  });

  it.each([
    ['a folder without entry points', {}, '', 'has no entry points fedora.messages'],
    ['a missing path', {}, '/missing', 'there is no file or folder'],
    ['a file of another kind', { 'a.whl': 'text' }, '/a.whl', 'is neither a wheel nor an sdist'],
    ['a wrong pyproject.toml', { 'pyproject.toml': '[project' }, '', "can't be read"],
    ['a setup.py that is not Python', { 'setup.py': 'setup(' }, '', "can't be read"],
  ])('is reported when the source is %s', async (_, files, path, message) => {
    const project = new PythonFolder(files);
    const { packages, problems } = await readSource(project.folder + path, PYTHON);
    expect(packages).toEqual([]);
    expect(problems).toMatchObject([
      { message: expect.stringContaining(message), hint: expect.stringMatching(/give/) },
    ]);
  });

  it('unpacks no file outside its own folder when it is an sdist', async () => {
    const project = new PythonFolder();
    const make =
      'import io, tarfile, sys\nt = tarfile.open(sys.argv[1], "w:gz")\nfor n in (sys.argv[2], "top/setup.cfg"):\n    i = tarfile.TarInfo(n); i.size = 1; t.addfile(i, io.BytesIO(b"x"))\nt.close()\n';
    execFileSync(PYTHON, ['-c', make, project.path('evil.tar.gz'), project.path('evil')]);
    const { problems } = await readSource(project.path('evil.tar.gz'), PYTHON);
    expect(problems).toHaveLength(1);
    expect(project.has('evil')).toBe(false);
  });

  it('is reported with advice when Python is not installed', async () => {
    expect((await readSource(WEATHER, '/nowhere/python3')).problems).toMatchObject([
      {
        message: expect.stringContaining("Python can't be started"),
        hint: expect.stringMatching(
          /install Python 3.9 or later, name its command with an option .*, or run .*schemas export/,
        ),
      },
    ]);
  });

  it("is reported with Python's output when Python ends without an answer", async () => {
    const project = new PythonFolder();
    const python = project.write('python', '#!/bin/sh\necho "no such option" >&2\nexit 3\n');
    chmodSync(python, 0o755);
    const [problem] = (await readSource(WEATHER, python)).problems;
    expect(problem!.message).toContain('(exit code 3): no such option');
  });
});
