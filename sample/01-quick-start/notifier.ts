import { Injectable } from '@nestjs/common';
import { Consumer, Publisher } from 'nestjs-fedora-messaging';
import { NotificationSent } from './messages/notification-sent.message.js';
import { UpdateRequested } from './messages/update-requested.message.js';

/** Handles messages of one class, and publishes a message about each of them. */
@Injectable()
export class Notifier {
  constructor(private readonly publisher: Publisher) {}

  @Consumer({
    queues: { 'quick-start-notifier': { durable: false, autoDelete: true, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['quick-start.update.#'] }],
    messages: [UpdateRequested],
  })
  async onUpdate(message: UpdateRequested): Promise<void> {
    console.log(`notifier received  ${message.summary}`);
    const notification = new NotificationSent({ body: { about: message.id!, to: message.agentName } });
    await this.publisher.publish(notification);
    console.log(`notifier published ${notification.summary}`);
  }
}
