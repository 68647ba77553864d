import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CommandError } from '../../../lib/cli/command-error.js';
import { BUS_PRESETS, type BusName, type BusPreset } from '../../../lib/cli/init/bus-presets.js';
import { findCertificates } from '../../../lib/cli/init/certificates.js';
import { configurationText } from '../../../lib/cli/init/configuration-text.js';
import { resolveSettings } from '../../../lib/index.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The settings that the Python library takes; it refuses a file with others. */
const KEYS_IN_PYTHON =
  'amqp_url bindings callback client_properties consumer_config exchanges log_config monitoring passive_declares publish_exchange publish_priority qos queues tls topic_prefix'.split(
    ' ',
  );

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fedora-messaging-init-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with the certificates of a bus. */
function certificatesOf(bus: BusName, folder = newFolder()): string {
  const { certificates }: BusPreset = BUS_PRESETS[bus];
  for (const name of Object.values(certificates ?? {})) writeFileSync(join(folder, name), 'PEM');
  return folder;
}

function textFor(bus: BusName, folder = certificatesOf(bus)): string {
  const preset: BusPreset = BUS_PRESETS[bus];
  return configurationText(
    preset,
    preset.certificates && findCertificates(preset.certificates, folder),
    'my.toml',
  );
}

describe('the configuration file that init writes', () => {
  it.each(['fedora', 'fedora.stg', 'local'] as const)(
    'for %s is read by an application, with a queue that has a new UUID and gets all messages',
    (bus) => {
      const file = join(newFolder(), 'my.toml');
      writeFileSync(file, textFor(bus));
      const settings = resolveSettings({ configFile: file });
      const [queue] = Object.keys(settings.queues);
      expect(queue).toMatch(UUID);
      expect(settings.queues).toEqual({
        [queue!]: { durable: false, autoDelete: true, exclusive: true, arguments: {} },
      });
      expect(settings.bindings).toEqual([{ queue, exchange: 'amq.topic', routingKeys: ['#'] }]);
      expect(settings.amqpUrl).toBe(BUS_PRESETS[bus].amqpUrl);
      expect(textFor(bus)).not.toContain(queue);
    },
  );

  it.each(['fedora', 'fedora.stg', 'local'] as const)(
    'for %s has only settings of the Python library',
    (bus) => {
      const settings = parse(textFor(bus)) as Record<string, object>;
      expect(KEYS_IN_PYTHON).toEqual(expect.arrayContaining(Object.keys(settings)));
      const sections = {
        ...settings['qos'],
        ...settings['tls'],
        ...Object.values(settings['queues']!)[0],
      } as object;
      const known = ['prefetch_count', 'prefetch_size', 'ca_cert', 'certfile', 'keyfile'];
      expect([...known, 'durable', 'auto_delete', 'exclusive', 'arguments']).toEqual(
        expect.arrayContaining(Object.keys(sections)),
      );
    },
  );

  it('names the certificates by their whole paths, whatever is in them, and has nothing of their content', () => {
    const folder = join(newFolder(), 'with "quotes" and \\ and ü');
    mkdirSync(folder);
    certificatesOf('fedora', folder);
    const text = textFor('fedora', folder);
    expect((parse(text) as { tls: object }).tls).toEqual({
      ca_cert: join(folder, 'cacert.pem'),
      certfile: join(folder, 'fedora-cert.pem'),
      keyfile: join(folder, 'fedora-key.pem'),
    });
    expect(text.match(/PEM/)).toBeNull();
  });

  it('has a comment before each of its sections', () => {
    const lines = textFor('fedora').split('\n');
    const before = lines.filter((_, index) => lines[index + 1]?.startsWith('['));
    expect(before).toHaveLength(5);
    expect(before.filter((line) => !line.startsWith('#'))).toEqual([]);
  });

  it('stays a configuration whatever the name of the file is', () => {
    const text = configurationText(BUS_PRESETS.local, undefined, 'a\namqp_url = "amqp://stranger"\r.toml');
    expect((parse(text) as { amqp_url: string }).amqp_url).toBe('amqp://localhost');
  });
});

describe('the certificates of a public bus', () => {
  const names = BUS_PRESETS.fedora.certificates;

  it('are those of the installed RPM, unless a folder is named', () => {
    const [rpm, own] = [certificatesOf('fedora'), certificatesOf('fedora')];
    expect(findCertificates(names, undefined, rpm).caCert).toBe(join(rpm, 'cacert.pem'));
    expect(findCertificates(names, own, rpm).keyfile).toBe(join(own, 'fedora-key.pem'));
  });

  it.each([
    ['an RPM that is not installed', undefined],
    ['a folder without them', newFolderName()],
  ])('are missing with %s, and the error says where they are to be had', (_, given) => {
    const find = (): unknown => findCertificates(names, given, newFolderName());
    expect(find).toThrow(CommandError);
    expect(find).toThrow(/cacert\.pem is missing/);
    expect(find).toThrow(/dnf install fedora-messaging/);
    expect(find).toThrow(
      'https://raw.githubusercontent.com/fedora-infra/fedora-messaging/stable/configs/fedora-key.pem',
    );
    expect(find).toThrow(`init --certificates ${given ?? 'certificates'}`);
  });

  it('are missing when one is missing', () => {
    const folder = certificatesOf('fedora');
    rmSync(join(folder, 'fedora-key.pem'));
    expect(() => findCertificates(names, folder)).toThrow(/fedora-key\.pem is missing/);
    expect(readFileSync(join(folder, 'cacert.pem'), 'utf8')).toBe('PEM');
  });
});

/** A folder that does not exist. */
function newFolderName(): string {
  return join(tmpdir(), 'fedora-messaging-that-is-not-there');
}
