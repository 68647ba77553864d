import { memberName } from '../names/index.js';

/** Words that are no names in JavaScript, and names that generated code uses. */
const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum error eval export extends
  false finally for function if implements import in instanceof interface let new null package private protected public
  Math py return Set static super switch this throw true try typeof undefined var void while with yield`.split(
    /\s+/,
  ),
);

/** The name of a local variable in TypeScript. */
export function localName(name: string): string {
  const translated = memberName(name);
  return RESERVED.has(translated) ? `${translated}Value` : translated;
}
