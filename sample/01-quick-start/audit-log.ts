import { Injectable } from '@nestjs/common';
import { Consumer, type Message } from 'nestjs-fedora-messaging';

/** Receives all messages, on a queue that the broker names. */
@Injectable()
export class AuditLog {
  private readonly waiting = new Map<string, () => void>();

  @Consumer({ bindings: [{ exchange: 'amq.topic', routingKeys: ['quick-start.#'] }] })
  onMessage(message: Message): void {
    console.log(`audit log received ${message.topic}: ${message.summary}`);
    this.waiting.get(message.topic)?.();
  }

  /** Resolves when a message with this topic has come. */
  whenSeen(topic: string): Promise<void> {
    return new Promise((resolve) => this.waiting.set(topic, resolve));
  }
}
