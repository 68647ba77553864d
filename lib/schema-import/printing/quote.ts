const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Characters that no reader sees, and that turn the direction of text: in comments and code they would mislead. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as a string literal, with the quotes that need fewer escapes. */
export function quote(text: string): string {
  const inDouble = JSON.stringify(text).replace(INVISIBLE, escaped);
  const count = (mark: string): number => text.split(mark).length;
  if (count('"') <= count("'")) return inDouble;
  const inner = inDouble.slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"');
  return `'${inner}'`;
}

/** The name of a property, in quotes where it needs them. */
export function propertyName(name: string): string {
  return IDENTIFIER.test(name) ? name : quote(name);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
