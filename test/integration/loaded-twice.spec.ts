import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { TestProcess } from '../support/child-process.js';

/** An application and a package that it uses; each has its own copy of nestjs-fedora-messaging. */
class TwoCopies {
  // The folder with the dependencies.
  readonly folder = mkdtempSync(join(inject('packageFolder'), '../two-copies-'));
  readonly ofApp = this.install('app');
  readonly ofPackage = this.install('package');

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs a program of the application, and returns its output and log. */
  async run(source: string): Promise<{ lines: unknown[]; log: string }> {
    this.write('app/main.mjs', source);
    const program = TestProcess.start(process.execPath, [join(this.folder, 'app/main.mjs')]);
    expect([(await program.exit).code, program.errors]).toEqual([0, expect.any(String)]);
    const results = program.lines.filter((line) => line.startsWith('{'));
    return {
      lines: results.map((line) => JSON.parse(line) as unknown),
      log: program.output + program.errors,
    };
  }

  private install(user: string): string {
    const copy = join(this.folder, user, 'node_modules/nestjs-fedora-messaging');
    mkdirSync(dirname(copy), { recursive: true });
    // Otherwise its modules would be those of this repository, which import themselves.
    this.write(`${user}/package.json`, '{"private":true}');
    cpSync(inject('packageFolder'), copy, { recursive: true });
    return copy;
  }
}

const PACKAGE = `
import { Drop, HaltConsumer, Message, MessageSchema, Nack } from 'nestjs-fedora-messaging';
export class Foreign extends Message {}
MessageSchema('two-copies.foreign')(Foreign);
export const Base = Message;
export const outcomes = { Drop, HaltConsumer, Nack };
export class MyNack extends Nack {}
`;

const APP = `
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import * as own from 'nestjs-fedora-messaging';
import * as foreign from '../package/index.mjs';

const attempt = async (what, action) => {
  try {
    await action();
    console.log(JSON.stringify({ what, error: null }));
  } catch (error) {
    console.log(JSON.stringify({ what, error: error.message }));
  }
};
class AppModule {}
Module({ imports: [own.FedoraMessagingModule.forRoot({ amqpUrl: 'memory://two-copies' })] })(AppModule);
const app = await NestFactory.createApplicationContext(AppModule);
const service = app.get(own.FedoraMessagingService);
`;

let copies: TwoCopies;
beforeAll(() => void (copies = new TwoCopies()));
afterAll(() => copies.remove());

describe('two copies of the package in one process', () => {
  it('are reported at the start of the application, with both paths and advice', async () => {
    copies.write('package/index.mjs', PACKAGE);
    const { log } = await copies.run(`${APP}\nawait app.close();`);
    for (const said of [copies.ofApp, copies.ofPackage, 'peerDependencies']) expect(log).toContain(said);
    expect(log.match(/several copies/g)).toHaveLength(1);
  });

  it('are named in the error, with advice, when an object of one copy is given to the other', async () => {
    copies.write('package/index.mjs', PACKAGE);
    const { lines } = await copies.run(`${APP}
      await attempt('publish', () => service.publish(new foreign.Foreign()));
      await attempt('dumps', () => own.dumps(new foreign.Foreign()));
      await attempt('dumps of a list', () => own.dumps([new foreign.Foreign()]));
      await attempt('registry', () => own.MessageRegistry.of(foreign.Foreign));
      await attempt('class that extends', () => {
        class Mixed extends foreign.Base {}
        own.MessageSchema('two-copies.mixed')(Mixed);
      });
      await app.close();
    `);
    expect(lines).toHaveLength(5);
    for (const line of lines) {
      const { error } = line as { error: string | null };
      for (const said of [copies.ofApp, copies.ofPackage, 'peerDependencies']) {
        expect(line).toHaveProperty('error', expect.stringContaining(said));
      }
      expect(error).toMatch(/another copy/);
    }
  });

  it("recognise each other's Nack, Drop and HaltConsumer, and classes that extend these", async () => {
    copies.write('package/index.mjs', PACKAGE);
    const { lines } = await copies.run(`${APP}
      const { Drop, HaltConsumer, Nack } = foreign.outcomes;
      const seen = [];
      const [consumer] = await service.consume(({ topic }) => {
        const isFirst = !seen.includes(topic);
        seen.push(topic);
        if (topic === 'nack' && isFirst) throw new foreign.MyNack();
        if (topic === 'drop') throw new Drop();
        if (topic === 'halt') throw new HaltConsumer({ exitCode: 7 });
      }, {
        queues: { q: { durable: false, autoDelete: false, exclusive: false, arguments: {} } },
        bindings: [{ exchange: 'amq.topic', routingKeys: ['#'] }],
      });
      for (const topic of ['nack', 'drop', 'last']) await service.publish(new own.Message({ topic }));
      while (seen.length < 4) await new Promise((resolve) => setImmediate(resolve));
      await service.publish(new own.Message({ topic: 'halt' }));
      const error = await consumer.result.catch((error) => error);
      console.log(JSON.stringify({
        seen,
        consumed: service.statistics.consumed,
        exitCode: error.exitCode,
        isHalt: error instanceof own.HaltConsumer,
        isOther: error instanceof own.Nack || new Nack() instanceof own.Drop || new own.Nack() instanceof foreign.MyNack,
      }));
      await app.close();
    `);
    expect(lines).toEqual([
      {
        seen: expect.arrayContaining(['nack', 'drop', 'last', 'halt']),
        consumed: { received: 5, processed: 3, dropped: 1, rejected: 1, failed: 0 },
        exitCode: 7,
        isHalt: true,
        isOther: false,
      },
    ]);
  });
});

describe('a module of message classes that a process loads again', () => {
  it.each([
    [
      'a CommonJS module that is required anew',
      'order.cjs',
      `const { Message, MessageSchema } = require('nestjs-fedora-messaging');
      class Order extends Message {}
      MessageSchema('loaded-twice.order')(Order);
      exports.Order = Order;`,
      `import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const load = () => {
        delete require.cache[require.resolve('./order.cjs')];
        return require('./order.cjs').Order;
      };`,
    ],
    [
      'an ES module that is imported with another query',
      'order.mjs',
      `import { Message, MessageSchema } from 'nestjs-fedora-messaging';
      export class Order extends Message {}
      MessageSchema('loaded-twice.order')(Order);`,
      `let n = 0;
      const load = async () => (await import('./order.mjs?t=' + ++n)).Order;`,
    ],
  ])('has its classes replaced: %s', async (_, file, source, load) => {
    copies.write(`app/${file}`, source);
    const { lines } = await copies.run(`${load}
      import { MessageRegistry } from 'nestjs-fedora-messaging';
      const first = await load();
      const second = await load();
      const known = new MessageRegistry().gather().get('loaded-twice.order');
      console.log(JSON.stringify({ isOther: first !== second, isSecond: known === second }));
    `);
    expect(lines).toEqual([{ isOther: true, isSecond: true }]);
  });
});
