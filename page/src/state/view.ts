/** The views of the page, by their names in the address: `#messages`, and `#messages/7` for the message with seq 7. */
export const VIEWS = ['messages', 'bus', 'plots', 'reference'] as const;

export type View = (typeof VIEWS)[number];

export interface Place {
  readonly view: View;
  /** The selected message. */
  readonly selected?: number;
}

/** Reads a place from the hash of an address. An unknown hash is the list of messages. */
export function placeOf(hash: string): Place {
  const [name, number] = hash.replace(/^#/, '').split('/');
  const view = VIEWS.find((known) => known === name) ?? 'messages';
  const selected = Number(number);
  return view === 'messages' && Number.isSafeInteger(selected) && selected > 0
    ? { view, selected }
    : { view };
}

export function hashOf({ view, selected }: Place): string {
  return selected === undefined ? `#${view}` : `#${view}/${selected}`;
}
