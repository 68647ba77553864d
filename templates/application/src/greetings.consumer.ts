import { Injectable } from '@nestjs/common';
import { Consumer } from 'nestjs-fedora-messaging';
import { Greeting } from './greeting.message.js';

@Injectable()
export class GreetingsConsumer {
  /** Returns: the message is done. Throws: it comes again later, and is parked after the last attempt. */
  @Consumer({
    queues: { 'my-application': { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['my-application.#'] }],
    messages: [Greeting],
    onError: 'retry',
  })
  onGreeting(greeting: Greeting): void {
    if (greeting.body.name === 'nobody') throw new Error('There is nobody to greet');
    console.log(greeting.summary);
  }
}
