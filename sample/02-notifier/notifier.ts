import { Injectable, UseGuards } from '@nestjs/common';
import { Consumer, type Message, OnMessage, Publisher, Severity } from 'nestjs-fedora-messaging';
import { MailServer } from './mail-server.js';
import { NotificationSent } from './messages/notification-sent.message.js';
import { UpdateCommented } from './messages/update-commented.message.js';
import { UpdateMessage } from './messages/update.message.js';
import { SeverityGuard } from './severity.guard.js';

/**
 * Tells people by mail of what concerns them, and the bus that they were told. One queue, whose messages are
 * handled in order, each by the method for its class.
 */
@Injectable()
@UseGuards(new SeverityGuard(Severity.INFO))
@Consumer({
  queues: { 'sample-notifier': { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
  bindings: [{ exchange: 'amq.topic', routingKeys: ['updates.#'] }],
  onError: 'retry',
  retry: { attempts: 3, delay: 500 },
})
export class Notifier {
  constructor(
    private readonly mail: MailServer,
    private readonly publisher: Publisher,
  ) {}

  /** Whoever comments knows of it already. */
  @OnMessage(UpdateCommented)
  async onComment(message: UpdateCommented): Promise<void> {
    await this.tell(
      message.usernames.filter((name) => name !== message.agentName),
      message,
    );
  }

  /** The other messages about updates. */
  @OnMessage(UpdateMessage)
  async onUpdate(message: UpdateMessage): Promise<void> {
    await this.tell(message.usernames, message);
  }

  /** What no other method takes: messages of other classes, or whose schema is not known here. */
  @OnMessage()
  onOther(message: Message): void {
    console.log(`nobody is told of ${message.summary}`);
  }

  private async tell(to: string[], message: Message<object>): Promise<void> {
    if (to.length === 0) return;
    // An error of the mail server is one of the handler: the message is tried again, as @Consumer says.
    await this.mail.send({ to, subject: message.summary });
    await this.publisher.publish(new NotificationSent({ body: { about: message.id ?? '', to } }));
  }
}
