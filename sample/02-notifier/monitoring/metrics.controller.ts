import { Controller, Get, Header } from '@nestjs/common';
import { InjectFedoraMessagingMetrics } from 'nestjs-fedora-messaging';
import { Registry } from 'prom-client';

/** Answers Prometheus. */
@Controller('metrics')
export class MetricsController {
  constructor(@InjectFedoraMessagingMetrics() private readonly registry: Registry) {}

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
