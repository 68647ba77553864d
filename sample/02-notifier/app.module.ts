import { Module } from '@nestjs/common';
import { FedoraMessagingModule } from 'nestjs-fedora-messaging';
import { MailServer } from './mail-server.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { Notifier } from './notifier.js';
// Importing a message class registers it; nothing else here names this one.
import './messages/update-submitted.message.js';

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      // The embedded broker, unless a real one is named.
      amqpUrl: process.env['AMQP_URL'] ?? 'memory://notifier',
      clientProperties: { app: 'notifier' },
      metrics: true,
    }),
    MonitoringModule,
  ],
  providers: [Notifier, MailServer],
})
export class AppModule {}
