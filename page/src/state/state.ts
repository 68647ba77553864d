import type { MessageDetail, Snapshot } from '../../../lib/page/protocol.js';
import type { Reference } from '../../../lib/page/reference-protocol.js';
import type { Filters } from './filters.js';
import type { Stream } from './stream.js';
import type { Place } from './view.js';

/** What is known of the application, apart from its messages. */
export type Bus = Omit<Snapshot, 'messages' | 'leftOut' | 'history'> & Snapshot['history'];

/** Whether the page gets changes. `refused`: the server answered something else than a stream. */
export type Link = 'connecting' | 'live' | 'lost' | 'refused';

/** Something that is fetched. */
export type Fetched<T> = { readonly value: T } | { readonly error: string } | 'loading';

export interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

/** Everything that the page shows. */
export interface State {
  readonly link: Link;
  readonly place: Place;
  readonly filters: Filters;
  readonly stream: Stream;
  /** Undefined until the first snapshot. */
  readonly bus?: Bus;
  /** The selected message in full. */
  readonly detail?: { readonly seq: number; readonly answer: Fetched<MessageDetail> };
  readonly reference?: Fetched<Reference>;
  readonly notice?: Notice;
}
