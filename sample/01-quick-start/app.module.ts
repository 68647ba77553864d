import { Module } from '@nestjs/common';
import { FedoraMessagingModule } from 'nestjs-fedora-messaging';
import { AuditLog } from './audit-log.js';
import { Notifier } from './notifier.js';

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      // The embedded broker, unless AMQP_URL names a real broker.
      amqpUrl: process.env['AMQP_URL'] ?? 'memory://quick-start',
      clientProperties: { app: 'quick-start' },
      // The live page, for this machine only, on any free port.
      monitoring: { port: 0, page: true },
    }),
  ],
  providers: [Notifier, AuditLog],
})
export class AppModule {}
