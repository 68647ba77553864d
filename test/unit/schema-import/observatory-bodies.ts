/** Bodies for each class: usual ones, ones with other types than meant, and empty ones. */
export const BODIES: readonly (readonly [module: string, className: string, bodies: readonly object[]])[] = [
  [
    'observatory_messages.simple',
    'SimpleV1',
    [
      {
        agent: 'kepler',
        title: 'Vesta',
        number: 3,
        tags: ['b', 'a', 'c'],
        place: { name: 'Linz', height: 266 },
      },
      { agent: '', title: '', number: 0, tags: [], place: { name: '' } },
      { agent: null, title: '𝒳é', number: 1.5, tags: ['z'], place: { name: 'x', height: null } },
      { title: 'Ceres', place: { name: 'y' } },
      { title: 5, number: 'x', tags: 'abc', place: [] },
      { title: 'Halley', number: true, tags: { a: 1 }, place: 'here' },
      {},
    ],
  ],
  [
    'observatory_messages.text',
    'TextV1',
    [
      { name: 'Mars', count: 2, text: 'Hello @ann and @bob, see @ann.' },
      { name: 'kernel-6.1', count: 1234567.125, text: '  Hi!  \t x ' },
      { name: "it's-1-2", count: null, text: '', agent: "o'neil" },
      { name: 'a', count: [1, 'x', null, { k: [true] }], text: 'one' },
      { name: 7, count: '12', text: 'ẞ \u001f y' },
      { name: 'n', count: { a: 1e-7, b: false }, text: null },
      { name: 'n', count: -0.5, text: ['a'] },
      {},
    ],
  ],
  [
    'observatory_messages.flow',
    'FlowV1',
    [
      {
        state: 'new',
        users: ['b', '@grp', 'a', 'a', ''],
        stars: [
          { name: 'Vega', bright: true, size: 2, others: [{ name: 'Deneb', others: [] }] },
          { name: 'Sun', size: null },
        ],
        map: { a: 1, b: [2] },
        agent: 'x',
      },
      { state: 'old', users: [], stars: [], map: {}, links: { url: ' https://x ' } },
      { state: 'gone', stars: [{ bright: 0 }], links: { url: null } },
      { state: 3, users: [null, 1], stars: [{ name: 'a' }, { name: 5 }], map: [], links: [] },
      {
        state: 'new',
        agent: [],
        users: [[], {}],
        stars: [
          { name: 'a', bright: [] },
          { name: 'b', bright: {} },
        ],
        map: {},
      },
      { state: null, users: 'ab', stars: null, map: null, links: 'x' },
      {},
    ],
  ],
  [
    'observatory_messages.objects',
    'CometV1',
    [
      { orbit: { name: 'Kuiper belt', bodies: ['a', 'b'] }, comet: 'Halley', phase: 1 },
      { orbit: { name: '', bodies: [] }, comet: null, phase: 7 },
      { orbit: {}, phase: 2 },
      { orbit: { name: 3, bodies: 'xy' }, comet: 1, phase: 'NEAR' },
      {},
    ],
  ],
  [
    'observatory_messages.objects',
    'CometV2',
    [{ path: 'Oort cloud', comet: 'Encke', phase: 2 }, { path: null, comet: 'x', phase: 1 }, {}],
  ],
  [
    'observatory_messages.objects',
    'MeteorV1',
    [
      { heat: 500, orbit: { name: 'o', bodies: [] }, phase: 1 },
      { heat: '9', orbit: { name: 'o', bodies: [1] } },
      {},
    ],
  ],
  ['observatory_messages.objects', 'GreyV1', [{ orbit: { name: 'o', bodies: [] }, phase: 1, colour: 'red' }]],
  ['observatory_messages.objects', 'TwinV1', [{ orbit: { name: 'o', bodies: [] }, phase: 1 }]],
  [
    'observatory_messages.traps',
    'TrapsV1',
    [
      { a: 1, b: 1, c: 1, text: 'abc' },
      { a: 2, b: 0, c: 0, text: 'b' },
      { a: 2, text: '' },
      { a: 3, b: [], c: [], text: null },
      {},
    ],
  ],
  ['observatory_messages.shadows', 'ShadowsV1', [{ x: 1, agent: 'a' }, {}]],
  ['observatory_messages.attributes', 'AttributesV1', [{}, { agent: 'a' }]],
  ['observatory_messages.attributes', 'OwnedV1', [{ owner: 'ann' }, {}]],
  [
    'observatory_messages.kinds',
    'KindsV1',
    [
      { text: 'a.b', votes: { ben: 2, ann: 1 }, list: ['a', 1] },
      { text: 'x=y z=w', votes: { ann: 1 }, list: [] },
      { text: '', votes: {}, list: null },
      {},
    ],
  ],
  ['observatory_messages.python_only', 'PythonOnlyV1', [{ x: 'y' }, { x: 1 }, {}]],
];
