import { describe, expect, it } from 'vitest';
import { watchedSettings, watchedTopology } from '../../../lib/cli/consuming/watched-topology.js';
import type { FedoraMessagingSettings } from '../../../lib/config/index.js';
import { resolveSettings } from '../../../lib/index.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
/** The settings that Fedora's public bus asks for the queue of a program that only looks. */
const OWN_QUEUE = { durable: false, autoDelete: true, exclusive: true, arguments: {} };
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const PUBLIC_BUS_QUEUE = '11111111-2222-4333-8444-555555555555';

describe('the watch command consumes a queue of its own', () => {
  it('that the broker names, with the bindings of all configured queues', () => {
    const settings = resolveSettings({
      queues: { updates: QUEUE, builds: QUEUE },
      bindings: [
        { queue: 'updates', exchange: 'amq.topic', routingKeys: ['bodhi.#'] },
        { queue: 'builds', exchange: 'builds', routingKeys: ['koji.#', 'copr.#'] },
      ],
    });
    expect(watchedTopology(settings, {})).toEqual({
      queues: { '': OWN_QUEUE },
      bindings: [
        { queue: '', exchange: 'amq.topic', routingKeys: ['bodhi.#'] },
        { queue: '', exchange: 'builds', routingKeys: ['koji.#', 'copr.#'] },
      ],
    });
  });

  it('with a new UUID as its name where the configured queue has one, because the public bus allows no other name', () => {
    const settings = resolveSettings({
      queues: { [PUBLIC_BUS_QUEUE]: QUEUE },
      bindings: [{ queue: PUBLIC_BUS_QUEUE, exchange: 'amq.topic', routingKeys: ['#'] }],
    });
    const names = [1, 2].map(() => Object.keys(watchedTopology(settings, {}).queues!)[0]);
    expect(new Set([...names, PUBLIC_BUS_QUEUE]).size).toBe(3);
    for (const name of names) expect(name).toMatch(UUID);
    const { queues, bindings } = watchedTopology(settings, {});
    expect(Object.values(queues!)).toEqual([OWN_QUEUE]);
    expect(bindings).toEqual([{ queue: Object.keys(queues!)[0], exchange: 'amq.topic', routingKeys: ['#'] }]);
  });

  it('with the name, exchange and routing keys of the options, if they are given', () => {
    const options = { queueName: 'mine', exchange: 'builds', routingKey: ['koji.#'] };
    expect(watchedTopology(resolveSettings(), options)).toEqual({
      queues: { mine: OWN_QUEUE },
      bindings: [{ queue: 'mine', exchange: 'builds', routingKeys: ['koji.#'] }],
    });
  });

  it('and refuses a name where queues exist already, because it would take the messages of another program', () => {
    const settings = resolveSettings({ passiveDeclares: true });
    expect(() => watchedTopology(settings, { queueName: 'theirs' })).toThrow(
      "option --queue-name: 'passive_declares' is on, so the queue 'theirs' belongs to another program, and watch would take its messages: leave the option out",
    );
    expect(Object.keys(watchedTopology(settings, {}).queues!)).toEqual(['']);
  });

  it('and declares it also with passive_declares, because a new queue with a name is not there yet', () => {
    const exchanges = { builds: {} };
    const settings = resolveSettings({
      passiveDeclares: true,
      exchanges,
      queues: { [PUBLIC_BUS_QUEUE]: QUEUE },
    });
    const watched = (queue: string): FedoraMessagingSettings =>
      watchedSettings(settings, { queues: { [queue]: OWN_QUEUE } });
    expect(watched(PUBLIC_BUS_QUEUE)).toMatchObject({ passiveDeclares: false, exchanges: {} });
    expect(watched('')).toBe(settings);
    const active = resolveSettings({ exchanges });
    expect(watchedSettings(active, { queues: { mine: OWN_QUEUE } })).toBe(active);
  });

  it('with all messages of the default exchange where no queue is bound', () => {
    expect(
      watchedTopology(resolveSettings({ queues: { updates: QUEUE }, bindings: [] }), {}).bindings,
    ).toEqual([{ queue: '', exchange: 'amq.topic', routingKeys: ['#'] }]);
  });
});
