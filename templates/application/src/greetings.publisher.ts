import { Injectable } from '@nestjs/common';
import { Publisher } from 'nestjs-fedora-messaging';
import { Greeting } from './greeting.message.js';

@Injectable()
export class GreetingsPublisher {
  constructor(private readonly publisher: Publisher) {}

  /** Resolves when the broker has the message. */
  async greet(name: string): Promise<void> {
    await this.publisher.publish(new Greeting({ body: { name } }));
  }
}
