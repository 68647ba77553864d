/**
 * The walls of lib/. A room imports rooms above it only; CONTRIBUTING.md says what each is for.
 */
const ROOMS = [
  'package',
  'exceptions',
  'field-tables',
  'fifo',
  'time-limits',
  'iso-time',
  'json-schema',
  'logging',
  'observables',
  'nest',
  'config',
  'message',
  'python-templates',
  'python',
  'broker',
  'datagrepper',
  'discovery',
  'publishing',
  'consuming',
  'handling',
  'asyncapi',
  'monitoring',
  'page',
  'module',
  'script',
  'terminus',
  'generated-files',
  'schema-import',
  'schema-export',
  'cli',
  'testing',
];
/** Rooms that may not import each other, although one is above the other. */
const APART = [
  ['publishing', 'consuming'],
  ['broker', 'message'],
  ['monitoring', 'handling'],
];
/** Nobody imports them: they are entries of the package, or its command. */
const ENTRIES = ['terminus', 'cli', 'testing'];

const EMBEDDED_BROKER = '^lib/broker/embedded/index\\.ts$';

const rooms = (names) => `^lib/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Files that import each other can not be understood, or tested, one without the other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'by-the-index-only',
      comment: "Import the room's index.ts: what is not in it belongs to the room alone.",
      severity: 'error',
      from: { path: '^lib/([^/]+)/' },
      to: { path: '^lib/[^/]+/', pathNot: ['^lib/$1/', '^lib/[^/]+/index\\.ts$', EMBEDDED_BROKER] },
    },
    {
      name: 'embedded-broker-by-its-url',
      comment: 'The embedded broker is loaded where a URL asks for it; only testing/ looks into it.',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/(broker|testing)/' },
      to: { path: EMBEDDED_BROKER },
    },
    {
      name: 'public-api-by-the-index-only',
      comment: 'lib/index.ts exports what rooms export.',
      severity: 'error',
      from: { path: '^lib/index\\.ts$' },
      to: { path: '^lib/[^/]+/', pathNot: '^lib/[^/]+/index\\.ts$' },
    },
    {
      name: 'within-broker-by-the-index-only',
      comment: 'The folders of broker/ are rooms, too.',
      severity: 'error',
      from: { path: '^lib/broker/([^/]+)/' },
      to: { path: '^lib/broker/[^/]+/', pathNot: ['^lib/broker/$1/', '^lib/broker/[^/]+/index\\.ts$'] },
    },
    {
      name: 'into-broker-folders-by-the-index-only',
      comment: 'The folders of broker/ are rooms, too.',
      severity: 'error',
      from: { path: '^lib/broker/[^/]+\\.ts$' },
      to: { path: '^lib/broker/[^/]+/', pathNot: '^lib/broker/[^/]+/index\\.ts$' },
    },
    {
      name: 'within-schema-import-by-the-index-only',
      comment: 'The folders of schema-import/ are rooms, too.',
      severity: 'error',
      from: { path: '^lib/schema-import/([^/]+)/' },
      to: {
        path: '^lib/schema-import/[^/]+/',
        pathNot: ['^lib/schema-import/$1/', '^lib/schema-import/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'amqplib-in-one-folder',
      comment: 'Only lib/broker/amqplib imports amqplib; the rest asks for the port (lib/broker/port.ts).',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/broker/amqplib/' },
      to: { path: ['^amqplib', 'node_modules/amqplib/'] },
    },
    {
      name: 'brokers-by-transports-only',
      comment:
        'What kind of broker is at the other end, lib/broker/transports.ts knows; ask the port for what differs.',
      severity: 'error',
      from: { path: '^lib/broker/([^/]+)', pathNot: '^lib/broker/transports\\.ts$' },
      to: { path: '^lib/broker/(amqplib|embedded)/', pathNot: '^lib/broker/$1/' },
    },
    ...ROOMS.map((room, place) => ({
      name: `arrows-of-${room}`,
      comment: 'A room imports rooms above it in CONTRIBUTING.md only.',
      severity: 'error',
      from: { path: rooms([room]) },
      to: {
        path: rooms([
          ...ROOMS.slice(place + 1),
          ...APART.flatMap(([one, other]) => (one === room ? [other] : other === room ? [one] : [])),
          ...ENTRIES.filter((entry) => entry !== room),
        ]),
      },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: ['^lib/', 'amqplib'],
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
