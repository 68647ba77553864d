import { Injectable, UseGuards } from '@nestjs/common';
import { Consumer, type Message, OnMessage, Publisher, Severity } from 'nestjs-fedora-messaging';
import { MailServer } from './mail-server.js';
import { NotificationSent } from './messages/notification-sent.message.js';
import { UpdateCommented } from './messages/update-commented.message.js';
import { UpdateMessage } from './messages/update.message.js';
import { SeverityGuard } from './severity.guard.js';

/**
 * Mails people about messages that concern them, and publishes a message about each mail. Its queue comes from the
 * configuration, as the topology `updates`. The messages are handled in order, each by the method for its class.
 */
@Injectable()
@UseGuards(new SeverityGuard(Severity.INFO))
@Consumer('updates')
export class Notifier {
  constructor(
    private readonly mail: MailServer,
    private readonly publisher: Publisher,
  ) {}

  /** The author of a comment gets no mail about it. */
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

  /** All messages that no other method takes: of other classes, or of unknown schemas. */
  @OnMessage()
  onOther(message: Message): void {
    console.log(`nobody is told of ${message.summary}`);
  }

  private async tell(to: string[], message: Message<object>): Promise<void> {
    if (to.length === 0) return;
    // An error of the mail server makes the handler fail: the message is tried again, as the topology says.
    await this.mail.send({ to, subject: message.summary });
    await this.publisher.publish(new NotificationSent({ body: { about: message.id ?? '', to } }));
  }
}
