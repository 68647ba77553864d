/**
 * The deepest nesting of a body. Python's `json` gives up at about half of it, so no Python program
 * sends more; JSON.stringify and everything else that recurses overflow the stack at about twice as much.
 */
export const MAX_DEPTH = 2000;

/**
 * In a text with fewer characters than these for each bracket that opens, the brackets may cost more to parse than all the
 * rest: to parse a level costs as much as to parse some 60 characters.
 */
const MIN_CHARACTERS_A_BRACKET = 50;

/**
 * Parses the JSON text of a body.
 *
 * A text of many brackets is refused by a look at the text, before JSON.parse: any publisher can send one, and each delivery
 * would stop the event loop. JSON.parse takes 270 ms for 1 MB of nested arrays and 67 ms for 1 MB of nested objects;
 * to refuse either takes 0.2 ms (medians of 15 on Node 20).
 *
 * @throws SyntaxError when it is not JSON
 * @throws RangeError when it is nested too deeply
 */
export function parseJson(text: string): unknown {
  if (text.length <= 2 * MAX_DEPTH) return JSON.parse(text) as unknown;
  const dense = Math.max(MAX_DEPTH, text.length / MIN_CHARACTERS_A_BRACKET);
  const opened = openedIn(text, dense);
  const isDense = opened > dense;
  if (isDense) assertDepth(isTextWithin(text));
  const value = JSON.parse(text) as unknown;
  // Looking at what was parsed takes less time than looking through the text.
  if (!isDense && opened > MAX_DEPTH) assertDepth(isWithin(value, MAX_DEPTH));
  return value;
}

function assertDepth(isAllowed: boolean): void {
  if (!isAllowed) throw tooDeep();
}

export function tooDeep(): RangeError {
  return new RangeError(`it is nested more than ${MAX_DEPTH} levels deep`);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How many objects and arrays begin in a text, those within strings included; counted until they are more than `limit`. */
function openedIn(text: string, limit: number): number {
  let opened = 0;
  for (const bracket of '{[') {
    for (let i = text.indexOf(bracket); i >= 0 && opened <= limit; i = text.indexOf(bracket, i + 1)) opened++;
  }
  return opened;
}

function isTextWithin(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > MAX_DEPTH) return false;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return true;
}

/** Whether what JSON.parse has made has so many levels at most. */
function isWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isWithin(item, levels - 1)) return false;
  } else {
    for (const name in value) if (!isWithin((value as JsonObject)[name], levels - 1)) return false;
  }
  return true;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The index of the quote that ends the string which begins at `start`. */
export function endOfString(text: string, start: number): number {
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
