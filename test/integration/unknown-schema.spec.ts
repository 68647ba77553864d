import { expect, it } from 'vitest';
import { FedoraMessagingService, type Message } from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { captureLog } from '../support/captured-log.js';
import { Collector } from '../support/collector.js';
import { amqpUrl, RawClient, TEMPORARY, unique } from '../support/shared-rabbitmq.js';

it('a message of an unknown schema has the items of its filter headers, and hostile ones cost nothing', async () => {
  const log = captureLog();
  const queue = unique('unknown');
  const service = (await startApp({ options: { amqpUrl: amqpUrl() } })).get(FedoraMessagingService);
  const received = new Collector<Message>();
  await service.consume((message) => received.add(message), {
    queues: { [queue]: { ...TEMPORARY, autoDelete: true } },
    bindings: [],
  });
  const raw = await RawClient.open();
  const headers = {
    fedora_messaging_schema: 'test.heard-of-by-nobody',
    fedora_messaging_schema_package: 'test-messages',
    fedora_messaging_severity: 20,
    'sent-at': '2026-01-01T00:00:00+00:00',
    fedora_messaging_user_bob: true,
    fedora_messaging_group_packagers: true,
    fedora_messaging_rpm_kernel: true,
    fedora_messaging_container_cockpit: true,
    fedora_messaging_module_nodejs: true,
    'fedora_messaging_flatpak_org.gnome.Maps': true,
  };
  raw.send(queue, '{}', { headers });
  const hostile = {
    fedora_messaging_user_: true,
    fedora_messaging_user_table: { toString: 1 },
    fedora_messaging_user_bytes: Buffer.from([255]),
    'fedora_messaging_user_\u001b[2J\n': true,
    fedora_messaging_user___proto__: true,
  };
  raw.send(queue, '{}', { headers: { ...headers, ...hostile } });
  const [message, attacked] = await received.whenCount(2);
  expect(message).toMatchObject({
    usernames: ['bob'],
    groups: ['packagers'],
    packages: ['kernel'],
    containers: ['cockpit'],
    modules: ['nodejs'],
    flatpaks: ['org.gnome.Maps'],
  });
  expect(attacked!.usernames.toSorted()).toEqual(['\u001b[2J\n', '__proto__', 'bob']);
  expect(log.filter(({ level }) => level === 'error')).toEqual([]);
  expect(log.map(({ text }) => text).join()).toContain('Install the package "test-messages"');
});
