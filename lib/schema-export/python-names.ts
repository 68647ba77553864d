/** The words that Python 3.9 and later keep for themselves. */
const KEYWORDS = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** The name of a member or module: `agentName` becomes `agent_name`. */
export function snakeCase(name: string): string {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
  return identifier(words);
}

/** The name of a class: `update.requested.v1` becomes `UpdateRequestedV1`. */
export function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z\d]+/).filter((word) => word !== '');
  return identifier(words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join(''));
}

/** The name of the module of a distribution: `@acme/notifier-messages` becomes `acme_notifier_messages`. */
export function moduleName(distribution: string): string {
  return identifier(distribution.toLowerCase());
}

/** A name as Python accepts it; `messages` when nothing of it is left. A name that Python accepts stays as it is. */
export function identifier(name: string): string {
  const plain = name.replace(/[^A-Za-z\d_]+/g, '_').replace(/^_+|_+$/g, '');
  if (plain === '') return 'messages';
  if (/^\d/.test(plain)) return `_${plain}`;
  return KEYWORDS.has(plain) ? `${plain}_` : plain;
}

/** The name of a distribution, of letters, digits, `.`, `-` and `_`: `@acme/notifier` becomes `acme-notifier`. */
export function distributionName(name: string): string {
  return name.replace(/[^A-Za-z\d._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, '') || 'messages';
}

/** A version of npm as a version of Python (PEP 440): `1.2.0-beta.3` becomes `1.2.0b3`, `1.2.0-next.3` `1.2.0.dev3`. */
export function pythonVersion(version: string): string {
  const match = /^v?(\d+\.\d+\.\d+)(?:-([A-Za-z]+)?[.-]?(\d+)?)?/.exec(version);
  if (!match) return '0.0.0';
  const [whole, release, word, number = '0'] = match;
  if (!whole.includes('-')) return release!;
  const stage = { alpha: 'a', a: 'a', beta: 'b', b: 'b', rc: 'rc' }[word ?? ''] ?? '.dev';
  return `${release}${stage}${number}`;
}
