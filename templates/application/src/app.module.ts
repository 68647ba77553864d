import { Module } from '@nestjs/common';
import { FedoraMessagingModule } from 'nestjs-fedora-messaging';
import { GreetingsConsumer } from './greetings.consumer.js';
import { GreetingsPublisher } from './greetings.publisher.js';

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      // Without AMQP_URL, the broker is inside the process, and forgets everything with it.
      amqpUrl: process.env['AMQP_URL'] ?? 'memory://my-application',
      clientProperties: { app: 'my-application' },
    }),
  ],
  providers: [GreetingsConsumer, GreetingsPublisher],
})
export class AppModule {}
