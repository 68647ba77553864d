import { type CanActivate, Injectable, UseGuards } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  Consumer,
  Drop,
  FedoraMessagingService,
  getFedoraMessagingToken,
  HaltConsumer,
  Message,
  Nack,
  OnPublished,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { captureLog, type LogLine } from '../../support/captured-log.js';
import { placesInLibrary } from '../../support/library-sources.js';
import { memoryUrl } from '../../support/memory-url.js';
import { ScriptedBroker } from '../../support/scripted-broker.js';

const QUEUE = { durable: true, autoDelete: false, exclusive: false, arguments: {} };
const ALL = { exchange: 'amq.topic', routingKeys: ['#'] };

class DenyingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

/** Handles messages in ways that are logged. */
@Injectable()
class Handlers {
  @Consumer({ bus: 'staging', queues: { updates: QUEUE }, bindings: ALL, onError: 'drop' })
  onUpdate({ topic }: Message): void {
    const outcomes: Record<string, Error> = {
      nack: new Nack('the printer is busy'),
      drop: new Drop('an old update'),
      fail: new Error('the printer is on fire'),
      halt: new HaltConsumer({ reason: 'enough updates' }),
    };
    const outcome = outcomes[topic];
    // Messages without an outcome are acknowledged, and so is a message that comes again.
    delete outcomes[topic];
    if (outcome) throw outcome;
  }

  @UseGuards(DenyingGuard)
  @Consumer({ bus: 'staging', queues: { denied: QUEUE }, bindings: ALL })
  onDenied(): void {}

  @OnPublished('staging')
  onPublished(): void {
    throw new Error('the mail server is away');
  }
}

/** The lines of the library, without those of Nest. */
function linesOf(log: readonly LogLine[]): string[] {
  return log.map(({ text }) => text).filter((text) => !/^Starting Nest|dependencies initialized$/.test(text));
}

describe('each log line about a bus', () => {
  it.each(['staging', 'default'])("ends with the name of the bus: (bus '%s')", async (bus) => {
    const log = captureLog();
    const app = await startApp({
      options: { bus, amqpUrl: memoryUrl(), monitoring: { port: 0, address: '127.0.0.1' } },
      providers: bus === 'staging' ? [Handlers] : [],
    });
    const service = app.get<FedoraMessagingService>(getFedoraMessagingToken(bus));
    await service.consume(() => undefined, { queues: { updates: QUEUE }, bindings: [] });
    for (const topic of ['drop', 'fail', 'halt']) await service.publish(new Message({ topic }));
    if (bus === 'staging') await expect.poll(() => service.stoppedConsumers).toHaveLength(1);
    await app.close();
    const lines = linesOf(log);
    for (const begin of ['Connected to', 'Monitoring listens on', 'The consumer callback consumes'])
      expect(lines).toContainEqual(expect.stringContaining(begin));
    expect(lines.filter((line) => !line.endsWith(` (bus '${bus}')`))).toEqual([]);
  });

  it('names the bus also when the connection is lost', async () => {
    const log = captureLog();
    const broker = await ScriptedBroker.listen({});
    const app = await startApp({ options: { bus: 'staging', amqpUrl: broker.url } });
    await app.get<FedoraMessagingService>(getFedoraMessagingToken('staging')).whenConnected();
    broker.stop();
    await expect.poll(() => linesOf(log)).toContainEqual(expect.stringMatching(/lost/));
    expect(linesOf(log).filter((line) => !line.endsWith(" (bus 'staging')"))).toEqual([]);
  });
});

describe('the source of the library', () => {
  it('has loggers without a bus only in these files', () => {
    const files = placesInLibrary(/new LibraryLogger\(\)/).map((place) => place.replace(/:.*/, ''));
    // The lines of the command and of the archive concern files, messages and answers.
    const others = files.filter((file) => !/^(cli|datagrepper)\//.test(file));
    expect(others.toSorted()).toEqual([
      'discovery/unprovided-methods.ts', // a class of the application
      'message/wire/message-decoder.ts', // a MessageCodec of the application
      'message/wire/outgoing-headers.ts', // an accessor of a message class
      'module/fedora-messaging-shared.module.ts', // two copies of this package
      'module/page/fedora-messaging-page.module.ts', // the live page, which shows all buses
      'observables/guarded-observable.ts', // a subscriber of the application
    ]);
  });

  it("names every queue in a text as queue 'name'", () => {
    expect(placesInLibrary(/\bqueues? (\$\{|"|`)/)).toEqual([]);
  });

  it('names every message in a text by nameOf(), with its id and topic', () => {
    const named = placesInLibrary(/.*(?<!with )\b[Mm]essage "?\$\{.*/).map((place) =>
      place.replace(/:\s+/, ': '),
    );
    expect(named.filter((place) => !/\$\{shownValue\([^}]+\)\} with topic /.test(place))).toEqual([
      expect.stringMatching(/^cli\/datagrepper.ts: .* knows no message /),
      expect.stringMatching(/^testing\/assert-sent.ts: .*Message \$\{index \+ 1\} of /),
    ]);
  });

  it('writes the bus of a line only in the logger', () => {
    expect(placesInLibrary(/\(bus '/)).toEqual(["logging/library-logger.ts: (bus '"]);
  });

  it('begins every log line with a capital letter, or with the name of its subject', () => {
    const calls = placesInLibrary(/[lL]ogger(?:\[level\])?\.?(?:log|warn|error|debug)?\(\s*[`'"].{2}/);
    expect(calls.length).toBeGreaterThan(30);
    expect(calls.filter((call) => !/[`'"](?:[A-Z]|\$\{)/.test(call))).toEqual([]);
  });
});
