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
    }),
  ],
  providers: [Notifier, AuditLog],
})
export class AppModule {}
