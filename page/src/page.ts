import { createContext } from 'preact';
import { act, type Actions, fetchMessage, fetchReference } from './net/api.js';
import { EventStream } from './net/event-stream.js';
import { copy } from './text/copy.js';
import { type FilterName, type Filters, filtersOf, searchOf, withFilter } from './state/filters.js';
import type { Link, Notice, State } from './state/state.js';
import { Store } from './state/store.js';
import { EMPTY_STREAM, indexOf, paused, resumed, stale } from './state/stream.js';
import { hashOf, placeOf } from './state/view.js';
import { isOfNewProcess, onChanges, onSnapshot } from './state/wire.js';

/** Somebody types; a stream for each letter would be too much. */
const FILTER_DELAY_MS = 250;
const NOTICE_MS = 10_000;

/** What the visitor can do on the page, and what the server's events do. The components only show the state. */
export class Page {
  readonly store = new Store<State>({
    link: 'connecting',
    place: placeOf(location.hash),
    filters: filtersOf(location.search),
    // The first snapshot replaces the list, also when it is paused before.
    stream: stale(EMPTY_STREAM),
  });
  private readonly events = new EventStream({
    onSnapshot: (snapshot) => {
      const { bus, link } = this.state;
      this.store.update(onSnapshot(this.state, snapshot));
      if (isOfNewProcess(bus, snapshot)) this.leaveSelection();
      else if (isBroken(link)) this.load();
    },
    onChanges: (changes) => {
      const { link, place } = this.state;
      this.store.update(onChanges(this.state, changes));
      const isSettled = changes.outcomes?.some(({ seq }) => seq === place.selected);
      if (isBroken(link)) this.load();
      else if (isSettled) this.loadDetail();
    },
    onLost: () => this.store.update({ link: 'lost' }),
    onRefused: () => this.store.update({ link: 'refused' }),
  });
  private filterTimer?: ReturnType<typeof setTimeout>;
  private noticeTimer?: ReturnType<typeof setTimeout>;
  private isInList = false;
  /** How often a message was asked for. */
  private detailRequests = 0;

  private get state(): State {
    return this.store.state;
  }

  start(): void {
    this.onPlace();
    this.events.open(searchOf(this.state.filters));
  }

  /** Shows what the address says: its hash, and its filters, which another entry of the history may have. */
  onPlace(): void {
    this.store.update({ place: placeOf(location.hash) });
    const filters = filtersOf(location.search);
    if (searchOf(filters) !== searchOf(this.state.filters)) this.showFilters(filters);
    this.pauseToRead();
    this.load();
  }

  setFilter(name: FilterName, value: string): void {
    this.filter(withFilter(this.state.filters, name, value));
  }

  clearFilters(): void {
    this.filter({});
  }

  togglePause(): void {
    const { stream } = this.state;
    this.store.update({ stream: stream.pause ? resumed(stream) : paused(stream, 'by-hand') });
  }

  /** The list stands still while the visitor is in it: has scrolled it down, or is on a row with the keyboard. */
  setInList(isInList: boolean): void {
    if (this.isInList === isInList) return;
    this.isInList = isInList;
    this.pauseToRead();
  }

  /** Selects the next older (1) or newer (-1) message of the list. */
  step(direction: 1 | -1): void {
    const { shown } = this.state.stream;
    const { selected } = this.state.place;
    const index = selected === undefined ? -1 : indexOf(shown, selected);
    const next = index === -1 ? shown.at(-1) : shown[index - direction];
    if (next) this.go(hashOf({ view: 'messages', selected: next.seq }), selected !== undefined);
  }

  closeDetail(): void {
    if (this.state.place.selected !== undefined) this.go(hashOf({ view: 'messages' }), true);
  }

  async copy(text: string, what: string): Promise<void> {
    await this.noticing(async () => {
      await copy(text);
      return `Copied: ${what}.`;
    });
  }

  async act<Name extends keyof Actions>(name: Name, body: Actions[Name]): Promise<void> {
    await this.noticing(async () => (await act(name, body, this.state.bus?.visitor.token)).text);
  }

  dismissNotice(): void {
    this.store.update({ notice: undefined });
  }

  private filter(filters: Filters): void {
    const search = searchOf(filters);
    if (search === searchOf(this.state.filters)) {
      this.store.update({ filters });
      return;
    }
    history.replaceState(null, '', `${location.pathname}${search}${location.hash}`);
    this.showFilters(filters);
  }

  private showFilters(filters: Filters): void {
    this.isInList = false;
    this.store.update({ filters, stream: stale(this.state.stream) });
    clearTimeout(this.filterTimer);
    this.filterTimer = setTimeout(() => this.events.open(searchOf(filters)), FILTER_DELAY_MS);
  }

  private go(hash: string, isReplacement: boolean): void {
    if (isReplacement) history.replaceState(null, '', hash);
    else history.pushState(null, '', hash);
    this.onPlace();
  }

  /** Shows the view from its beginning: the selected message and the scrolled list were of another process. */
  private leaveSelection(): void {
    this.isInList = false;
    this.go(hashOf({ view: this.state.place.view }), true);
  }

  private pauseToRead(): void {
    const { stream, place } = this.state;
    const isReading = place.selected !== undefined || this.isInList;
    if (isReading) this.store.update({ stream: paused(stream, 'reading') });
    else if (stream.pause === 'reading') this.store.update({ stream: resumed(stream) });
  }

  /** Fetches the parts of the view that are not in the events. */
  private load(): void {
    this.loadDetail();
    if (this.state.place.view === 'reference') void this.loadReference();
  }

  /** Fetches the selected message. */
  private loadDetail(): void {
    const seq = this.state.place.selected;
    if (seq !== undefined) void this.fetchDetail(seq);
  }

  private async fetchDetail(seq: number): Promise<void> {
    const request = (this.detailRequests += 1);
    if (this.state.detail?.seq !== seq) this.store.update({ detail: { seq, answer: 'loading' } });
    const answer = await fetched(fetchMessage(seq));
    // The message may have been closed, or asked for again, meanwhile.
    if (request === this.detailRequests && this.state.place.selected === seq) {
      this.store.update({ detail: { seq, answer } });
    }
  }

  private async loadReference(): Promise<void> {
    const { reference } = this.state;
    if (reference === 'loading' || (reference && 'value' in reference)) return;
    this.store.update({ reference: 'loading' });
    this.store.update({ reference: await fetched(fetchReference()) });
  }

  /** Shows the sentence of something that was done, or why it failed. */
  private async noticing(work: () => Promise<string>): Promise<void> {
    const notice = await noticeOf(work());
    // The timer of another notice, which may have come meanwhile.
    clearTimeout(this.noticeTimer);
    this.store.update({ notice });
    if (!notice.isError) this.noticeTimer = setTimeout(() => this.dismissNotice(), NOTICE_MS);
  }
}

function isBroken(link: Link): boolean {
  return link === 'lost' || link === 'refused';
}

async function noticeOf(work: Promise<string>): Promise<Notice> {
  try {
    return { text: await work, isError: false };
  } catch (error) {
    return { text: (error as Error).message, isError: true };
  }
}

async function fetched<T>(promise: Promise<T>): Promise<{ value: T } | { error: string }> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** The page, for the components. */
export const PageContext = createContext<Page>(undefined as unknown as Page);
