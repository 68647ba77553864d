import { Module } from '@nestjs/common';
import { FedoraMessagingModule } from 'nestjs-fedora-messaging';
import { Builder } from './builder.js';
import { BuildsController } from './builds.controller.js';
import { roleOf } from './role.js';

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      // The embedded broker, unless a real one is named.
      amqpUrl: process.env['AMQP_URL'] ?? 'memory://web-and-worker',
      clientProperties: { app: 'web-and-worker' },
      // The code is the same in all processes; this is what makes one a worker.
      consumers: roleOf(process.env) !== 'web',
    }),
  ],
  controllers: [BuildsController],
  providers: [Builder],
})
export class AppModule {}
