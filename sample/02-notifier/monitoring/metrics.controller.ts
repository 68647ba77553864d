import { Controller, Get, Header, Inject } from '@nestjs/common';
import { FEDORA_MESSAGING_METRICS } from 'nestjs-fedora-messaging';
import { Registry } from 'prom-client';

/** For Prometheus. */
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(FEDORA_MESSAGING_METRICS) private readonly registry: Registry) {}

  @Get()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
