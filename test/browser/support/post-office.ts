import { type INestApplicationContext, Injectable } from '@nestjs/common';
import type { Options } from 'amqplib';
import { connect } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import {
  Consumer,
  type ConsumerOptions,
  Drop,
  type FedoraMessagingModuleOptions,
  FedoraMessagingService,
  Message,
  Nack,
  type PageOptions,
  Publisher,
} from '../../../lib/index.js';
import { EmbeddedBroker } from '../../../lib/broker/embedded/index.js';
import { parseAmqpUrl } from '../../../lib/config/index.js';
import { startApp } from '../../support/application.js';
import { captureLog, type LogLine } from '../../support/captured-log.js';
import { memoryUrl } from '../../support/memory-url.js';
import { unique } from '../../support/shared-rabbitmq.js';

/** What a test chooses about the application. */
export interface PostOfficeOptions {
  /** Default: an embedded broker of its own. */
  amqpUrl?: string;
  page?: PageOptions | true;
  /** Options of its consumer. */
  consumer?: Partial<ConsumerOptions>;
  /** Further settings of the bus. */
  settings?: FedoraMessagingModuleOptions;
  /** Called with each message before its fate. */
  onMessage?: (message: Message) => unknown;
}

/** The name of its consumer. */
export const CONSUMER = 'PostOffice.onMessage';

/** An application with the live page, whose consumer does with each message what the body says. */
export class PostOffice {
  private constructor(
    readonly app: INestApplicationContext,
    readonly amqpUrl: string,
    /** The prefix of its topics, which no other test uses. */
    readonly prefix: string,
    readonly queue: string,
    readonly log: readonly LogLine[],
    private readonly waiting: (() => void)[],
  ) {}

  static async open({
    amqpUrl = memoryUrl(),
    page = true,
    consumer = {},
    settings = {},
    onMessage,
  }: PostOfficeOptions = {}): Promise<PostOffice> {
    const prefix = unique('org');
    const queue = unique('post');
    const log = captureLog();
    const waiting: (() => void)[] = [];
    const givenBack = new Set<string>();

    @Injectable()
    class PostOffice_ {
      @Consumer({
        queues: { [queue]: { durable: false, autoDelete: false, exclusive: true, arguments: {} } },
        bindings: [{ exchange: 'amq.topic', routingKeys: [`${prefix}.#`] }],
        onError: 'drop',
        ...consumer,
      })
      async onMessage(message: Message): Promise<void> {
        await onMessage?.(message);
        const { fate } = message.body as { fate?: string };
        if (fate === 'drop') throw new Drop('nobody wants it');
        if (fate === 'fail') throw new Error('the van broke down');
        if (fate === 'wait') await new Promise<void>((resolve) => waiting.push(resolve));
        if (fate !== 'give back' || givenBack.has(message.id!)) return;
        givenBack.add(message.id!);
        throw new Nack('wrong address');
      }
    }
    Object.defineProperty(PostOffice_, 'name', { value: 'PostOffice' });

    const app = await startApp({
      options: {
        amqpUrl,
        topicPrefix: prefix,
        ...settings,
        monitoring: { port: 0, page, ...settings.monitoring },
      },
      providers: [PostOffice_],
    });
    onTestFinished(() => waiting.forEach((resolve) => resolve()));
    return new PostOffice(app, amqpUrl, prefix, queue, log, waiting);
  }

  get service(): FedoraMessagingService {
    return this.app.get(FedoraMessagingService);
  }

  /** The address of the live page. */
  get url(): string {
    const [url] = this.log.flatMap(({ text }) => /^The live page is at (\S+)/.exec(text)?.[1] ?? []);
    return url!;
  }

  async publish(...messages: Message<object>[]): Promise<void> {
    for (const message of messages) await this.app.get(Publisher).publish(message);
  }

  /** Ends the handlers that wait. */
  release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Sends bytes to the queue as a publisher with any faults does. */
  async sendRaw(
    content: string,
    headers: Record<string, unknown> = {},
    properties: Options.Publish = {},
  ): Promise<void> {
    const isEmbedded = this.amqpUrl.startsWith('memory:');
    const connection = isEmbedded
      ? await EmbeddedBroker.of(parseAmqpUrl(this.amqpUrl)).connect()
      : await connect(this.amqpUrl);
    const channel = await connection.createConfirmChannel();
    await new Promise<void>((resolve, reject) => {
      channel.publish(
        'amq.topic',
        `${this.prefix}.post.raw`,
        Buffer.from(content),
        {
          contentType: 'application/json',
          contentEncoding: 'utf-8',
          messageId: randomUUID(),
          headers: { fedora_messaging_schema: 'base.message', fedora_messaging_severity: 20, ...headers },
          ...properties,
        },
        (error) => (error ? reject(error as Error) : resolve()),
      );
    });
    await connection.close();
  }
}
