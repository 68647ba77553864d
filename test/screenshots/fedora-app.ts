import { setTimeout as delay } from 'node:timers/promises';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Consumer,
  type ConsumerOptions,
  Drop,
  FedoraMessagingModule,
  FedoraMessagingService,
  type Message,
  OnMessage,
  Publisher,
} from 'nestjs-fedora-messaging';
import {
  BuildStateChange,
  CoprBuildEnded,
  type EventBody,
  MailSent,
  PullRequestOpened,
  TestFailed,
  UpdateCommented,
  UpdateRequested,
  VersionReleased,
} from './fedora-messages.js';
import { eventAt, scatter } from './fedora-traffic.js';

const PREFIX = 'org.fedoraproject.prod';
const TICK_MS = 100;

/** How a consumer gets the messages of some applications. */
function topology(queue: string, ...applications: string[]): ConsumerOptions {
  return {
    queues: { [queue]: { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: applications.map((name) => `${PREFIX}.${name}.#`) }],
    concurrency: 8,
    onError: 'retry',
    retry: { attempts: 3, delay: 30_000 },
  };
}

let publisher: Publisher;
let handled = 0;

/** Takes a while, as a handler that asks a database and another service. */
async function work(typical: number): Promise<void> {
  const chance = scatter(handled++);
  if (chance % 61 === 0) throw new Error('The mail server refused the mail: 450 try again later');
  const slowness = chance % 23 === 0 ? 9 : 0.5 + (chance % 100) / 90;
  await delay(typical * slowness);
}

@Injectable()
@Consumer(topology('notifier-updates', 'bodhi'))
class UpdateNotifier {
  @OnMessage(UpdateRequested)
  async onUpdate(message: UpdateRequested): Promise<void> {
    await work(40);
    await publisher.publish(new MailSent({ body: { to: message.usernames, about: message.id! } }));
  }

  @OnMessage(UpdateCommented)
  async onComment(): Promise<void> {
    await work(25);
  }
}

@Injectable()
@Consumer(topology('notifier-builds', 'buildsys', 'copr', 'ci'))
class BuildTracker {
  @OnMessage(BuildStateChange)
  async onBuild(): Promise<void> {
    await work(12);
  }

  @OnMessage(CoprBuildEnded)
  async onCoprBuild({ body }: Message<EventBody>): Promise<void> {
    await work(6);
    if (scatter(handled) % 2 === 0) throw new Drop(`nobody follows ${body.packages.join()}`);
  }

  @OnMessage(TestFailed)
  async onFailure(): Promise<void> {
    await work(30);
  }
}

@Injectable()
@Consumer(topology('notifier-packages', 'pagure', 'anitya'))
class PackageWatcher {
  @OnMessage(PullRequestOpened)
  async onPullRequest(): Promise<void> {
    await work(18);
  }

  @OnMessage(VersionReleased)
  async onVersion(): Promise<void> {
    await work(90);
  }
}

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      amqpUrl: 'memory://screenshots',
      topicPrefix: PREFIX,
      clientProperties: { app: 'fedora-notifier' },
      monitoring: { port: 0, page: true },
    }),
  ],
  providers: [UpdateNotifier, BuildTracker, PackageWatcher],
})
class FedoraModule {}

/** An application on the embedded broker with the traffic of a busy evening at Fedora. */
export class FedoraApp {
  private sent = 0;
  private readonly startedAt = performance.now();
  private due = 0;
  private readonly timer = setInterval(() => this.publishDue(), TICK_MS);

  private constructor(private readonly app: INestApplicationContext) {}

  static async start(): Promise<FedoraApp> {
    const app = await NestFactory.createApplicationContext(FedoraModule, { logger: false });
    publisher = app.get(Publisher);
    return new FedoraApp(app);
  }

  get pageUrl(): string {
    return this.app.get(FedoraMessagingService).pageUrl!;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.app.close();
  }

  /** The rate rises and falls, with a mass rebuild now and then. */
  private publishDue(): void {
    const minutes = (performance.now() - this.startedAt) / 60_000;
    const rebuild = minutes % 6 > 4.2 && minutes % 6 < 5 ? 14 : 0;
    const rate = 9 + 4 * Math.sin(minutes * 1.3) + 2 * Math.sin(minutes * 7) + rebuild;
    this.due += (rate * TICK_MS) / 1_000;
    for (; this.sent < this.due; this.sent++) void publisher.publish(eventAt(this.sent));
  }
}
