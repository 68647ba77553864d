import type { Changes, Snapshot } from '../../../lib/page/protocol.js';

export interface StreamListener {
  onSnapshot(snapshot: Snapshot): void;
  onChanges(changes: Changes): void;
  /** The connection is lost, and the browser connects again by itself. */
  onLost(): void;
  /** The server did not answer with a stream; it is asked again after a while. */
  onRefused(): void;
}

const RETRY_MS = 5_000;

/** The events of the server, for one set of filters at a time. */
export class EventStream {
  private source?: EventSource;
  private retry?: ReturnType<typeof setTimeout>;

  constructor(private readonly listener: StreamListener) {}

  /** Ends the present stream, and opens a new one. @param search the filters, such as `?topic=org.%23` */
  open(search: string): void {
    this.close();
    const source = new EventSource(`api/events${search}`);
    this.source = source;
    source.addEventListener('snapshot', ({ data }: MessageEvent<string>) =>
      this.listener.onSnapshot(JSON.parse(data) as Snapshot),
    );
    source.addEventListener('changes', ({ data }: MessageEvent<string>) =>
      this.listener.onChanges(JSON.parse(data) as Changes),
    );
    source.addEventListener('error', () => {
      // The browser gives up after an answer that is no stream, such as a refusal.
      if (source.readyState !== EventSource.CLOSED) {
        this.listener.onLost();
      } else {
        this.listener.onRefused();
        this.retry = setTimeout(() => this.open(search), RETRY_MS);
      }
    });
  }

  close(): void {
    clearTimeout(this.retry);
    this.source?.close();
  }
}
