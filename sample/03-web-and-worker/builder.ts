import { Injectable } from '@nestjs/common';
import { Consumer } from 'nestjs-fedora-messaging';
import { BuildRequested } from './build-requested.message.js';

/** The worker side. All workers share one queue: each message goes to one of them. */
@Injectable()
export class Builder {
  @Consumer({
    queues: { 'sample-builds': { durable: true, autoDelete: false, exclusive: false, arguments: {} } },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['builds.requested'] }],
    messages: [BuildRequested],
    // The broker sends a worker one message at a time, so that free workers take the other messages.
    prefetch: 1,
  })
  build(message: BuildRequested): void {
    console.log(`worker built ${message.body.package} for ${message.agentName} (${message.id})`);
  }
}
