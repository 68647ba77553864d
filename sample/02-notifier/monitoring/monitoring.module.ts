import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { FedoraMessagingHealthIndicator } from 'nestjs-fedora-messaging/terminus';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';

@Module({
  imports: [TerminusModule],
  controllers: [HealthController, MetricsController],
  providers: [FedoraMessagingHealthIndicator],
})
export class MonitoringModule {}
