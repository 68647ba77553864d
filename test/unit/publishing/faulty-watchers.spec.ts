import { map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { FedoraMessagingService, Message, Publisher, ValidationError } from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';

const message = (): Message => new Message({ topic: 'a' });
const invalid = (): Message => new Message({ topic: 'a', body: [] as never });
const unprintable = (): never => {
  throw Object.create(null);
};

async function publisher(): Promise<Publisher> {
  return (await startApp({ options: { amqpUrl: memoryUrl() } })).get(Publisher);
}

describe('a handler of published or publish-failed', () => {
  it('is logged when it throws or rejects with an unprintable value, and the publish ends as usual', async () => {
    const log = captureLog();
    const of = await publisher();
    for (const signal of [of.published, of.publishFailed]) {
      signal.connect(unprintable);
      signal.connect(() => Promise.reject(Object.create(null) as Error));
    }
    await of.publish(message());
    await expect(of.publish(invalid())).rejects.toThrow(ValidationError);
    expect(log.filter(({ level }) => level === 'error')).toHaveLength(4);
  });

  it('delays a publish for at most its timeout when it never ends, is logged once, and the next handler is called', async () => {
    const log = captureLog();
    const of = await publisher();
    let called = 0;
    for (const signal of [of.published, of.publishFailed]) {
      signal.connect(() => new Promise(() => undefined), 'endless');
      signal.connect(() => void called++);
    }
    for (let i = 0; i < 2; i++) {
      await of.publish(message(), { timeout: 200 });
      await expect(of.publish(invalid(), { timeout: 200 })).rejects.toThrow(ValidationError);
    }
    expect(called).toBe(4);
    expect(log.filter(({ text }) => text.includes('endless takes longer'))).toHaveLength(2);
  });
});

it('a subscriber that throws, also behind an operator, is logged and ends nothing', async () => {
  const log = captureLog();
  const app = await startApp({ options: { amqpUrl: memoryUrl() } });
  const of = app.get(Publisher);
  const service = app.get(FedoraMessagingService);
  const seen: string[] = [];
  const sources: Observable<unknown>[] = [of.prePublish$, of.published$, of.publishFailed$, service.events$];
  for (const source of sources) {
    source.subscribe(unprintable);
    source.pipe(map(unprintable)).subscribe();
    source.pipe(map((value) => value)).subscribe({ next: () => Promise.reject(new Error('later')) as never });
    source.subscribe(() => void seen.push('seen'));
  }
  await of.publish(message());
  await expect(of.publish(invalid())).rejects.toThrow(ValidationError);
  expect(seen.length).toBeGreaterThanOrEqual(4);
  const failures = (isLate: boolean): unknown[] =>
    log.filter(
      ({ text }) =>
        text.startsWith('A subscriber of an observable failed') && text.includes('later') === isLate,
    );
  await expect.poll(() => failures(true).length).toBeGreaterThanOrEqual(4);
  // Behind an operator, only the first failure reaches a subscriber.
  expect(failures(false).length).toBeGreaterThanOrEqual(8);
});
