import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  loads,
  Message,
  MessageRegistry,
  MessageSchema,
} from '../../../lib/index.js';

type Module = Record<string, new () => Message>;

/** Evaluates a module again, as module runners do: with its own query. */
async function evaluate(file: string, query: string): Promise<Module> {
  const url = new URL(`evaluated-again/${file}.ts?${query}`, import.meta.url);
  return (await import(/* @vite-ignore */ url.href.replace('file://', ''))) as Module;
}

describe('a message class that is evaluated again', () => {
  it('replaces the earlier class of its name and file, in new registries and in registries that are filled', async () => {
    const { Order: First } = await evaluate('order.message', 'v=1');
    const filled = new MessageRegistry().gather();
    expect(filled.get('test.again.order')).toBe(First);

    const { Order: Second } = await evaluate('order.message', 't=1700000000000');
    expect(Second).not.toBe(First);
    expect(filled.gather().get('test.again.order')).toBe(Second);
    const fresh = new MessageRegistry().gather();
    expect(fresh.get('test.again.order')).toBe(Second);
    expect(fresh.get('test.again.wrapped')).toBeDefined();
    // A holder of the earlier class can still use it.
    expect(new First!().headers['fedora_messaging_schema']).toBe('test.again.order');
  });

  it('is the class of all messages that are read afterwards', async () => {
    const { Order } = await evaluate('order.message', 't=3');
    const line = '{"topic":"a","body":{},"headers":{"fedora_messaging_schema":"test.again.order"}}';
    expect(loads(line)[0]).toBeInstanceOf(Order);
  });

  it('does not replace a class of the same name in another file: the registry refuses both', async () => {
    const { Order } = await evaluate('order.message', 't=4');
    const { Order: Other } = await evaluate('another-order.message', 't=4');
    expect(() => new MessageRegistry().gather()).toThrow(ConfigurationException);
    expect(() => new MessageRegistry().gather()).toThrow(
      /test\.again\.order.*Order \(.*\/order\.message\.ts\) and Order \(.*\/another-order\.message\.ts\)/,
    );
    MessageSchema('test.again.other-order')(Other!);
    expect(new MessageRegistry().gather().get('test.again.order')).toBe(Order);
  });

  it('has its own file as its origin when a function of another file calls the decorator', async () => {
    await evaluate('order.message', 't=5');
    const { Wrapped: Other } = await evaluate('another-wrapped.message', 't=5');
    expect(() => new MessageRegistry().gather()).toThrow(/test\.again\.wrapped/);
    MessageSchema('test.again.other-wrapped')(Other!);
  });

  it('does not replace a class of another name in the same file: the registry refuses both', () => {
    class First extends Message {}
    class Second extends Message {}
    MessageSchema('test.again.claimed')(First);
    MessageSchema('test.again.claimed')(Second);
    expect(() => new MessageRegistry().gather()).toThrow(/test\.again\.claimed.*First .*and Second/);
    MessageSchema('test.again.claimed-by-second')(Second);
  });
});
