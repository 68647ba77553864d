/**
 * Translates a pattern of Python's `re` to ECMAScript, because Python programs match the same schemas with `re.search`.
 *
 * It translates the syntax that differs: Unicode `\w`, `\d`, `\s` and `\b`; `$`, which also matches before a final
 * newline; `.`, which matches everything except `\n`; `\A`, `\Z`, `(?P<name>…)`, inline flags, and needless escapes
 * of punctuation. All other syntax is the same.
 */
export function ecmaScriptRegExp(pattern: string): RegExp {
  const [inline] = /^(?:\(\?[imsu]+\))*/.exec(pattern)!;
  const ecmaFlags = [...new Set(`u${inline.replace(/[()?]/g, '')}`)].join('');
  const body = pattern.slice(inline.length);
  return new RegExp(translate(body, ecmaFlags), ecmaFlags);
}

/** Returns a pattern unchanged if ECMAScript can read it, else translates it and drops its inline flags. */
export function ecmaScriptPattern(pattern: string): string {
  try {
    new RegExp(pattern, 'u');
    return pattern;
  } catch {
    return ecmaScriptRegExp(pattern).source;
  }
}

const WORD = '\\p{L}\\p{N}_';
const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
// A character class can't negate another class, so it lists the other characters: no L, no N, no `_`.
const NOT_WORD =
  '\\p{M}\\p{S}\\p{Z}\\p{C}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\u203f\\u2040\\u2054\\ufe33\\ufe34\\ufe4d-\\ufe4f\\uff3f';
const NOT_SPACE =
  '\\x00-\\x08\\x0e-\\x1b\\x21-\\x84\\x86-\\x9f\\xa1-\\u167f\\u1681-\\u1fff\\u200b-\\u2027\\u202a-\\u202e\\u2030-\\u205e\\u2060-\\u2fff\\u3001-\\u{10ffff}';
const AT_WORD = `(?=[${WORD}])`;
const NOT_AT_WORD = `(?![${WORD}])`;
const AFTER_WORD = `(?<=[${WORD}])`;
const NOT_AFTER_WORD = `(?<![${WORD}])`;

const ESCAPES: Record<string, string> = {
  A: '^(?<![^])',
  Z: '$(?![^])',
  a: '\\x07',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: `[${WORD}]`,
  W: `[^${WORD}]`,
  s: `[${SPACE}]`,
  S: `[^${SPACE}]`,
  b: `(?:${AFTER_WORD}${NOT_AT_WORD}|${NOT_AFTER_WORD}${AT_WORD})`,
  B: `(?:${AFTER_WORD}${AT_WORD}|${NOT_AFTER_WORD}${NOT_AT_WORD})`,
  '-': '-',
};
const CLASS_ESCAPES: Record<string, string> = {
  a: '\\x07',
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  w: WORD,
  W: NOT_WORD,
  s: SPACE,
  S: NOT_SPACE,
};

const QUANTIFIER = /^\{(\d*)(,?)(\d*)\}/;
const SYNTAX_CHARACTER = /[\^$\\.*+?()[\]{}|/-]/;

function translate(pattern: string, flags: string): string {
  let out = '';
  let inClass = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    const rest = pattern.slice(i);
    if (char === '\\') {
      const [source, translated] = escape(rest, inClass);
      out += translated;
      i += source.length - 1;
    } else if (inClass) {
      if (char === ']') inClass = false;
      out += char;
    } else if (char === '[') {
      // For Python, a `]` at the start of a class is a literal character.
      const opening = /^\[\^?\]?/.exec(rest)![0];
      out += opening.replace(']', '\\]');
      i += opening.length - 1;
      inClass = true;
    } else if (char === '$') {
      out += flags.includes('m') ? '$' : '(?=\\n?$)';
    } else if (char === '.') {
      out += flags.includes('s') ? '.' : '[^\\n]';
    } else if (char === '{') {
      const quantifier = QUANTIFIER.exec(rest);
      if (quantifier && (quantifier[1] || quantifier[3])) {
        out += `{${quantifier[1] || '0'}${quantifier[2]}${quantifier[3]}}`;
        i += quantifier[0].length - 1;
      } else {
        out += '\\{';
      }
    } else if (char === '}' || char === ']') {
      out += `\\${char}`;
    } else if (rest.startsWith('(?#')) {
      const end = rest.indexOf(')');
      if (end < 0) throw new SyntaxError('Unterminated comment');
      i += end;
    } else if (/^\(\?<[^=!]/.test(rest)) {
      throw new SyntaxError('A named group is written (?P<name>…)');
    } else if (rest.startsWith('(?P<')) {
      out += '(?<';
      i += 3;
    } else if (rest.startsWith('(?P=')) {
      const reference = /^\(\?P=(\w+)\)/.exec(rest);
      out += reference ? `\\k<${reference[1]}>` : char;
      if (reference) i += reference[0].length - 1;
    } else {
      out += char;
    }
  }
  return out;
}

/** Translates the escape that `text` starts with. */
function escape(text: string, inClass: boolean): [source: string, translated: string] {
  const char = text[1] ?? '';
  const long = /^\\U([0-9a-fA-F]{8})/.exec(text);
  if (long) return [long[0], `\\u{${long[1]}}`];
  const source = `\\${char}`;
  const translated = (inClass ? CLASS_ESCAPES : ESCAPES)[char];
  if (translated !== undefined) return [source, translated];
  if (/[A-Za-z0-9]/.test(char) || SYNTAX_CHARACTER.test(char) || char === '') return [source, source];
  return [source, char];
}
