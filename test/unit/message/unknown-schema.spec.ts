import { describe, expect, it } from 'vitest';
import { dumps, loads, Message, MessageCodec, MessageRegistry, MessageSchema } from '../../../lib/index.js';
import { captureLog } from '../../support/captured-log.js';

/** A message class that only the publisher knows. */
@MessageSchema('test.unknown.update', { package: 'test-messages', topic: 'test.unknown.update' })
class Update extends Message<object> {
  override get usernames() {
    return ['bob', 'ada_lovelace'];
  }
  override get groups() {
    return ['sysadmin-main'];
  }
  override get packages() {
    return ['kernel', 'python3.13'];
  }
  override get containers() {
    return ['rawhide/cockpit'];
  }
  override get modules() {
    return ['nodejs:20'];
  }
  override get flatpaks() {
    return ['org.gnome.Maps'];
  }
}

const ITEMS = {
  usernames: ['bob', 'ada_lovelace'],
  groups: ['sysadmin-main'],
  packages: ['kernel', 'python3.13'],
  containers: ['rawhide/cockpit'],
  modules: ['nodejs:20'],
  flatpaks: ['org.gnome.Maps'],
};
const NONE = { usernames: [], groups: [], packages: [], containers: [], modules: [], flatpaks: [] };

const publishing = new MessageCodec(MessageRegistry.of(Update));
const receiving = new MessageCodec(MessageRegistry.of());

function received(codec: MessageCodec, headers: Record<string, unknown> = {}): Message<object> {
  const { routingKey, content, properties } = publishing.encode(new Update({}));
  const all = { ...properties.headers, ...headers };
  return codec.decode({ fields: { routingKey }, content, properties: { ...properties, headers: all } }, 'q');
}

describe('a received message of an unknown schema', () => {
  it('has the users, groups, packages, containers, modules and flatpaks of its filter headers', () => {
    const message = received(receiving);
    expect(message.constructor).toBe(Message);
    expect(message).toMatchObject(ITEMS);
  });

  it('has them also when it is read from a file', () => {
    const [message] = loads(dumps(new Update({})), MessageRegistry.of());
    expect(message).toMatchObject(ITEMS);
  });

  it('is published again with the same filter headers', () => {
    const { headers } = receiving.encode(received(receiving)).properties;
    expect(headers).toEqual(received(receiving).headers);
    expect(headers).toMatchObject({ fedora_messaging_schema: 'test.unknown.update' });
  });

  it('has the items of headers that the program assigns', () => {
    const message = received(receiving);
    message.headers = { ...message.headers, fedora_messaging_user_eve: true };
    expect(message.usernames).toEqual(['bob', 'ada_lovelace', 'eve']);
  });

  it.each<[what: string, headers: Record<string, unknown>, usernames: string[]]>([
    ['no name', { fedora_messaging_user_: true }, []],
    ['the name __proto__', { fedora_messaging_user___proto__: true }, ['__proto__']],
    ['the name constructor', { fedora_messaging_user_constructor: true }, ['constructor']],
    [
      'a name of control characters',
      { 'fedora_messaging_user_\u0000\n\u001b[2J': true },
      ['\u0000\n\u001b[2J'],
    ],
    ['half a character', { 'fedora_messaging_user_\ud800': true }, ['\ud800']],
    [
      'another prefix in its name',
      { fedora_messaging_user_fedora_messaging_rpm_x: true },
      ['fedora_messaging_rpm_x'],
    ],
    ['other letters in its prefix', { FEDORA_MESSAGING_USER_bob: true }, []],
    ['the value false', { fedora_messaging_user_bob: false }, []],
    ['the value null', { fedora_messaging_user_bob: null }, []],
    ['a text as value', { fedora_messaging_user_bob: 'true' }, []],
    ['a table as value', { fedora_messaging_user_bob: { toString: 1, __proto__: null } }, []],
    ['a list as value', { fedora_messaging_user_bob: [true] }, []],
    ['bytes as value', { fedora_messaging_user_bob: Buffer.from('true') }, []],
  ])('tolerates a filter header with %s', (_, headers, usernames) => {
    const message = receiving.decode(
      {
        fields: { routingKey: 'a' },
        content: Buffer.from('{}'),
        properties: {
          contentEncoding: 'utf-8',
          headers: { fedora_messaging_schema: 'test.none', fedora_messaging_severity: 20, ...headers },
        },
      },
      'q',
    );
    expect(message.usernames).toEqual(usernames);
    expect(message.packages).toEqual([]);
    expect(() => JSON.stringify(message) + String(message)).not.toThrow();
  });

  it('has the items of 10,000 filter headers, in the order of the headers', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
    const headers = Object.fromEntries(names.map((name) => [`fedora_messaging_user_${name}`, true]));
    expect(received(receiving, headers).usernames).toEqual(['bob', 'ada_lovelace', ...names]);
  });
});

describe('a received message without a schema header', () => {
  it('has the users of its filter headers', () => {
    captureLog();
    expect(received(receiving, { fedora_messaging_schema: undefined })).toMatchObject(ITEMS);
  });
});

describe('a message whose class is known', () => {
  it('has the items of its class, whatever its filter headers are', () => {
    const message = received(publishing, { fedora_messaging_user_mallory: true });
    expect(message).toBeInstanceOf(Update);
    expect(message).toMatchObject(ITEMS);
  });

  it('has no items of filter headers when its class does not override an accessor', () => {
    @MessageSchema('test.unknown.plain')
    class Plain extends Message<object> {}
    const codec = new MessageCodec(MessageRegistry.of(Plain));
    expect(received(codec, { fedora_messaging_schema: 'test.unknown.plain' })).toMatchObject(NONE);
  });

  it('has no items when it is new, also when its author gave it filter headers', () => {
    const message = new Message({ headers: { fedora_messaging_user_bob: true } });
    expect(message).toMatchObject(NONE);
  });
});
