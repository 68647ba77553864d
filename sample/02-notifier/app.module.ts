import { Module } from '@nestjs/common';
import { FedoraMessagingModule, FedoraMessagingPageModule } from 'nestjs-fedora-messaging';
import { MailServer } from './mail-server.js';
import { MonitoringModule } from './monitoring/monitoring.module.js';
import { Notifier } from './notifier.js';
import { topologiesOf } from './topologies.js';
// Importing a message class registers it. Only this import names the class.
import './messages/update-submitted.message.js';

@Module({
  imports: [
    FedoraMessagingModule.forRoot({
      // The embedded broker, unless AMQP_URL names a real broker.
      amqpUrl: process.env['AMQP_URL'] ?? 'memory://notifier',
      clientProperties: { app: 'notifier' },
      metrics: true,
      topologies: topologiesOf(process.env),
    }),
    // The live page. It listens on this machine only (main.ts), so everybody who reaches it may act.
    FedoraMessagingPageModule.forRoot({
      path: 'bus',
      authorize: () => ({ name: 'somebody on this machine', actions: true }),
    }),
    MonitoringModule,
  ],
  providers: [Notifier, MailServer],
})
export class AppModule {}
