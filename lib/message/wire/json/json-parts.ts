import { endOfString, MAX_DEPTH, tooDeep } from './json-text.js';

/** How many characters of JSON text one step parses. */
const PART_LENGTH = 256 * 1024;

const BLANK = /^[ \t\n\r]*$/;

/** An array or object whose members are parsed in several parts. */
interface Container {
  readonly value: unknown[] | Record<string, unknown>;
  readonly isArray: boolean;
}

/** An open bracket. Its container may still fit in one part. */
interface OpenBracket {
  readonly isArray: boolean;
  /** The position where its members begin. */
  readonly start: number;
  /** The position where the current member begins. */
  member: number;
}

/** The tokens that may come next in a container. */
type Expected = 'a member or the end' | 'a member' | 'a comma or the end';

/**
 * Parses JSON text as JSON.parse does, in steps: the event loop can take a turn after each part.
 *
 * This function finds the commas where the text can be cut, parses each part with JSON.parse, and puts the values
 * together. The values are therefore those of JSON.parse. A parser written in JavaScript takes several times as long,
 * and makes arrays with spare room: 16 MB of nested arrays then take 1.8 GB.
 *
 * @throws SyntaxError when the text is not JSON
 * @throws RangeError when the text is nested too deeply
 */
export function* parseInParts(text: string, partLength = PART_LENGTH): Generator<void, unknown> {
  const parts = new JsonParts(text, partLength);
  while (parts.read()) yield;
  return parts.result;
}

class JsonParts {
  /** The containers that are being filled, from outer to inner. The outermost is an array with the text as its item. */
  private readonly containers: Container[] = [{ value: [], isArray: true }];
  /** The open brackets within the innermost container. */
  private readonly brackets: OpenBracket[] = [];
  private expected: Expected = 'a member';
  /** The position up to which the text has been parsed. */
  private parsed = 0;
  /** The position where the current member of the innermost container begins. */
  private member = 0;
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly partLength: number,
  ) {}

  /** The value of the text, after all of it has been read. */
  get result(): unknown {
    const items = this.innermost.value as unknown[];
    if (this.containers.length > 1 || items.length !== 1) throw unexpected();
    return items[0];
  }

  /** Reads on until a part has been parsed; returns false at the end of the text. */
  read(): boolean {
    const { text } = this;
    for (let i = this.position; i < text.length; i++) {
      switch (text.charCodeAt(i)) {
        case QUOTE:
          i = endOfString(text, i);
          continue;
        case COMMA:
          this.comma(i);
          break;
        case OPEN_LIST:
          this.open(i, true);
          break;
        case OPEN_OBJECT:
          this.open(i, false);
          break;
        case CLOSE_LIST:
          this.close(i, true);
          break;
        case CLOSE_OBJECT:
          this.close(i, false);
          break;
        default:
          continue;
      }
      if (i - this.parsed < this.partLength) continue;
      this.position = i + 1;
      this.parseMembersBefore(i);
      return true;
    }
    if (this.brackets.length > 0) throw unexpected();
    this.parseUpTo(text.length, true);
    this.position = text.length;
    return false;
  }

  private get innermost(): Container {
    return this.containers.at(-1)!;
  }

  private comma(at: number): void {
    const bracket = this.brackets.at(-1);
    if (bracket) {
      bracket.member = at + 1;
      return;
    }
    if (this.expected === 'a comma or the end') this.parseUpTo(at);
    this.member = at + 1;
    if (this.expected === 'a comma or the end') this.expectMember();
  }

  private open(at: number, isArray: boolean): void {
    this.brackets.push({ isArray, start: at + 1, member: at + 1 });
    if (this.brackets.length + this.containers.length - 1 > MAX_DEPTH) throw tooDeep();
  }

  private close(at: number, isArray: boolean): void {
    const bracket = this.brackets.pop();
    if ((bracket ?? this.innermost).isArray !== isArray) throw unexpected();
    if (bracket) return;
    this.parseUpTo(at, true);
    this.containers.pop();
    if (this.containers.length === 0) throw unexpected();
    this.parsed = this.member = at + 1;
    this.expected = 'a comma or the end';
  }

  /** Parses complete members until less than a part is left. A long string may leave more. */
  private parseMembersBefore(at: number): void {
    while (at - this.parsed >= this.partLength) {
      if (this.member > this.parsed) {
        this.parseUpTo(this.member - 1);
        this.expectMember();
      } else if (this.brackets.length > 0) {
        this.enter(this.brackets.shift()!);
      } else {
        return;
      }
    }
  }

  private expectMember(): void {
    this.parsed = this.member;
    this.expected = 'a member';
  }

  /** Makes the container of a bracket; its members are then parsed in several parts. */
  private enter({ isArray, start, member }: OpenBracket): void {
    if (this.expected === 'a comma or the end') throw unexpected();
    const container: Container = { value: isArray ? [] : {}, isArray };
    const before = this.text.slice(this.member, start - 1);
    const { value: parent } = this.innermost;
    if (!Array.isArray(parent)) {
      const [name, ...others] = Object.keys(JSON.parse(`{${before}null}`) as object);
      if (name === undefined || others.length > 0) throw unexpected();
      setProperty(parent, name, container.value);
    } else if (BLANK.test(before)) {
      parent.push(container.value);
    } else {
      throw unexpected();
    }
    this.containers.push(container);
    this.parsed = start;
    this.member = member;
    this.expected = 'a member or the end';
  }

  /** Parses whole members of the innermost container, up to a comma or up to the end of the container. */
  private parseUpTo(end: number, isEnd = false): void {
    const part = this.text.slice(this.parsed, end);
    if (BLANK.test(part)) {
      if (this.expected === 'a member' || (this.expected === 'a member or the end' && !isEnd))
        throw unexpected();
      return;
    }
    if (this.expected === 'a comma or the end') throw unexpected();
    const { value } = this.innermost;
    if (Array.isArray(value)) {
      for (const item of JSON.parse(`[${part}]`) as unknown[]) value.push(item);
    } else {
      const members = JSON.parse(`{${part}}`) as Record<string, unknown>;
      for (const name of Object.keys(members)) setProperty(value, name, members[name]);
    }
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

function unexpected(): SyntaxError {
  return new SyntaxError('The text is not JSON');
}

/** Sets a property. For the name `__proto__`, an assignment would set the prototype instead. */
function setProperty(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}
