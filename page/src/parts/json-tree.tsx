import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { child, isWithin } from '../text/json-pointer.js';
import { webUrl } from '../text/links.js';
import { Folding } from './folding.js';
import { OutsideLink } from './outside-link.js';

/** Something that is wrong with a value. `pointer` leads to a value that exists. */
export interface Mark {
  readonly pointer: string;
  readonly message: string;
}

interface NodeProps {
  readonly value: unknown;
  /** The JSON Pointer of the value. */
  readonly pointer: string;
  readonly name?: string | number;
  readonly marks?: readonly Mark[];
  /** The number of levels that are unfolded at first. Levels with marks are unfolded too. */
  readonly depth?: number;
}

/** The most members of a list or an object that are shown at first, besides those with marks. */
const MAX_MEMBERS = 100;
/** The most characters of a text that are shown at first. */
const MAX_CHARACTERS = 1_000;

/** A JSON value as a tree that folds. */
export function JsonTree(props: NodeProps): JSX.Element {
  return (
    <div class="json">
      <Node {...props} />
    </div>
  );
}

function Node(props: NodeProps): JSX.Element {
  const { value, pointer, name, marks = [] } = props;
  const wrongs = marks.filter((mark) => mark.pointer === pointer);
  const isBranch = typeof value === 'object' && value !== null && Object.keys(value).length > 0;
  return (
    <div class={wrongs.length > 0 ? 'json-node json-wrong' : 'json-node'} data-pointer={pointer}>
      {isBranch ? (
        <Branch {...props} value={value} />
      ) : (
        <div class="json-leaf">
          <Name name={name} />
          <Leaf value={value} />
        </div>
      )}
      {wrongs.map(({ message }) => (
        <p class="json-mark" key={message}>
          {message}
        </p>
      ))}
    </div>
  );
}

function Branch({ value, pointer, name, marks = [], depth = 2 }: NodeProps & { value: object }): JSX.Element {
  const [limit, setLimit] = useState(MAX_MEMBERS);
  const isList = Array.isArray(value);
  const members = Object.entries(value);
  const marksWithin = marks.filter((mark) => mark.pointer !== pointer && isWithin(mark.pointer, pointer));
  const hasMarkWithin = marksWithin.length > 0;
  const shown = members.filter(
    ([key], index) =>
      index < limit || marksWithin.some((mark) => isWithin(mark.pointer, child(pointer, key))),
  );
  const title = (
    <>
      <Name name={name} />
      <span class="json-size">
        {isList ? `[${members.length}]` : `{${members.length}}`}
        {hasMarkWithin && <span class="json-hint"> wrong within</span>}
      </span>
    </>
  );
  return (
    <Folding title={title} isOpen={depth > 0 || hasMarkWithin}>
      {() => (
        <div class="json-members">
          {shown.map(([key, member]) => (
            <Node
              key={key}
              value={member}
              name={isList ? Number(key) : key}
              pointer={child(pointer, key)}
              marks={marksWithin}
              depth={depth - 1}
            />
          ))}
          {members.length > shown.length && (
            <button type="button" class="quiet" onClick={() => setLimit(limit + MAX_MEMBERS)}>
              {members.length - shown.length} more
            </button>
          )}
        </div>
      )}
    </Folding>
  );
}

function Name({ name }: Pick<NodeProps, 'name'>): JSX.Element | null {
  return name === undefined ? null : <span class="json-name">{name}: </span>;
}

function Leaf({ value }: { value: unknown }): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  if (typeof value !== 'string') {
    return <span class={`json-${value === null ? 'null' : typeof value}`}>{JSON.stringify(value)}</span>;
  }
  if (webUrl(value) !== undefined) return <OutsideLink url={value}>{value}</OutsideLink>;
  if (isWhole || value.length <= MAX_CHARACTERS) {
    return (
      <span class="json-string" dir="auto">
        {JSON.stringify(value)}
      </span>
    );
  }
  return (
    <span class="json-string">
      {JSON.stringify(value.slice(0, MAX_CHARACTERS))}…{' '}
      <button type="button" class="quiet" onClick={() => setWhole(true)}>
        {value.length - MAX_CHARACTERS} more characters
      </button>
    </span>
  );
}
