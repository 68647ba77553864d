import type {
  ConnectionsState,
  ConsumerState,
  PublishingState,
  TopicCount,
  TopicTotals,
} from '../protocol.js';

/** The parts of a page that are sent as a whole when they have changed. */
export interface StateParts {
  readonly consumers: readonly ConsumerState[];
  readonly publishing: readonly PublishingState[];
  readonly connections: readonly ConnectionsState[];
  readonly topics: readonly TopicCount[];
  readonly allTopics: TopicTotals;
}

/** The name of a part. */
export type StatePart = keyof StateParts;

/** The latest states as JSON, each with a version: all clients share the text. */
export class States {
  private readonly parts = new Map<StatePart, { json: string; version: number }>();
  private version = 0;

  /** Takes the states of now; those that have changed get a new version. */
  update(parts: StateParts): void {
    this.version++;
    for (const [part, state] of Object.entries(parts) as [StatePart, unknown][]) {
      const json = JSON.stringify(state);
      if (this.parts.get(part)?.json !== json) this.parts.set(part, { json, version: this.version });
    }
  }

  /** The version of the latest states. */
  get latest(): number {
    return this.version;
  }

  /** The parts that have changed after a version. */
  *since(version: number): Generator<[part: StatePart, json: string]> {
    for (const [part, state] of this.parts) if (state.version > version) yield [part, state.json];
  }
}
