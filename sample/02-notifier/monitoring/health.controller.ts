import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService } from '@nestjs/terminus';
import { FedoraMessagingHealthIndicator } from 'nestjs-fedora-messaging/terminus';

/** Answers 200, or 503 with the cause when the notifier can't do its work. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly messaging: FedoraMessagingHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.messaging.isHealthy('messaging')]);
  }
}
