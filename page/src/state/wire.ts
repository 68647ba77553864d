import type { Changes, Snapshot } from '../../../lib/page/protocol.js';
import { DAY, MINUTES, withPoint } from './history.js';
import type { Bus, State } from './state.js';
import { EMPTY_STREAM, received, restarted, settled } from './stream.js';

/** What a snapshot changes in the state. */
export function onSnapshot({ bus, stream }: State, snapshot: Snapshot): Partial<State> {
  const { messages, leftOut, history, ...others } = snapshot;
  const isNewProcess = isOfNewProcess(bus, snapshot);
  return {
    link: 'live',
    bus: { ...others, ...history },
    stream: restarted(isNewProcess ? EMPTY_STREAM : stream, messages, leftOut),
    ...(isNewProcess && { detail: undefined, reference: undefined }),
  };
}

/** Whether the server was started again since the last snapshot. The new process counts its messages from 1 again. */
export function isOfNewProcess(bus: Bus | undefined, { startedAt }: Snapshot): boolean {
  return bus !== undefined && bus.startedAt !== startedAt;
}

/** What changes change in the state. */
export function onChanges({ bus, stream }: State, changes: Changes): Partial<State> {
  const { messages = [], outcomes = [], leftOut } = changes;
  return {
    // After a lost connection the server may go on where it stopped, without a snapshot.
    link: 'live',
    bus: bus && changedBus(bus, changes),
    // An outcome may be that of a message in the same event.
    stream: settled(received(stream, messages, leftOut), outcomes),
  };
}

function changedBus(bus: Bus, changes: Changes): Bus {
  const { now, consumers, publishing, connections, topics, allTopics, point, dayPoint } = changes;
  return {
    ...bus,
    now,
    consumers: consumers ?? bus.consumers,
    publishing: publishing ?? bus.publishing,
    connections: connections ?? bus.connections,
    topics: topics ?? bus.topics,
    allTopics: allTopics ?? bus.allTopics,
    minutes: withPoint(bus.minutes, point, MINUTES),
    day: withPoint(bus.day, dayPoint, DAY),
  };
}
