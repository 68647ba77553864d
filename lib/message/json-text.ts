/**
 * The deepest nesting of a body. Python's `json` gives up at about half of it, so no Python program
 * sends more; JSON.stringify and everything else that recurses overflow the stack at about twice as much.
 */
export const MAX_DEPTH = 2000;

/**
 * Parses the JSON text of a body.
 *
 * @throws SyntaxError when it is not JSON
 * @throws RangeError when it is nested too deeply
 */
export function parseJson(text: string): unknown {
  if (text.length > 2 * MAX_DEPTH && hasManyOpened(text) && mayBeTooDeep(text)) {
    throw new RangeError(`it is nested more than ${MAX_DEPTH} levels deep`);
  }
  return JSON.parse(text) as unknown;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether so many objects and arrays begin in a text that it can be too deep; few messages have so many. */
function hasManyOpened(text: string): boolean {
  let opened = 0;
  for (const bracket of '{[') {
    for (let i = text.indexOf(bracket); i >= 0; i = text.indexOf(bracket, i + 1)) {
      if (++opened > MAX_DEPTH) return true;
    }
  }
  return false;
}

function mayBeTooDeep(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** The index of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
}

/**
 * The text of one member of the object that `text`, which is valid JSON, stands for; the last one if the
 * name comes more than once, as JSON.parse has it.
 */
export function memberText(text: string, name: string): string | undefined {
  let found: string | undefined;
  let depth = 0;
  let key: string | undefined;
  let isKey = false;
  let valueStart = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      const end = endOfString(text, i);
      if (depth === 1 && isKey) key = JSON.parse(text.slice(i, end + 1)) as string;
      i = end;
    } else if (char === '{' || char === '[') {
      depth++;
      if (depth === 1) isKey = true;
    } else if (depth === 1 && char === ':' && isKey) {
      isKey = false;
      valueStart = i + 1;
    } else if (char === '}' || char === ']' || (depth === 1 && char === ',')) {
      if (depth === 1 && !isKey && key === name) found = text.slice(valueStart, i).trim();
      if (depth === 1) isKey = true;
      if (char !== ',') depth--;
    }
  }
  return found;
}
