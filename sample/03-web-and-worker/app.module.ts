import { Module } from '@nestjs/common';
import { FedoraMessagingModule, FedoraMessagingPageModule } from 'nestjs-fedora-messaging';
import { Builder } from './builder.js';
import { BuildsController } from './builds.controller.js';
import { roleOf } from './role.js';

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      // The embedded broker, unless AMQP_URL names a real broker.
      amqpUrl: process.env['AMQP_URL'] ?? 'memory://web-and-worker',
      clientProperties: { app: 'web-and-worker' },
      // All processes have the same code; only this option makes a process a worker.
      consumers: roleOf(process.env) !== 'web',
    }),
    // The live page at /bus, for this machine only. A worker has no HTTP server, so there it does nothing.
    FedoraMessagingPageModule.forRoot({ path: 'bus' }),
  ],
  controllers: [BuildsController],
  providers: [Builder],
})
export class AppModule {}
