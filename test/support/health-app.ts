import { Controller, Get, Module, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { onTestFinished } from 'vitest';
import {
  FedoraMessagingModule,
  type FedoraMessagingModuleOptions,
  FedoraMessagingService,
} from '../../lib/index.js';
import { FedoraMessagingHealthIndicator } from '../../lib/terminus/index.js';

@Controller('health')
class HealthController {
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

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [FedoraMessagingHealthIndicator],
})
class HealthModule {}

/** The answer of GET /health. */
export interface HealthAnswer {
  readonly code: number;
  readonly status: string;
  /** The result of the indicator. */
  readonly messaging: unknown;
}

/** An HTTP application with a health check. */
export interface HealthApp {
  readonly service: FedoraMessagingService;
  health(): Promise<HealthAnswer>;
}

export async function startHealthApp(
  options: FedoraMessagingModuleOptions,
  providers: Provider[] = [],
): Promise<HealthApp> {
  @Module({ imports: [FedoraMessagingModule.forRoot(options), HealthModule], providers })
  class AppModule {}
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  onTestFinished(() => app.close());
  await app.listen(0, '127.0.0.1');
  const url = `${await app.getUrl()}/health`;
  return {
    service: app.get(FedoraMessagingService),
    health: async () => {
      const response = await fetch(url);
      const { status, details } = (await response.json()) as {
        status: string;
        details: { messaging: unknown };
      };
      return { code: response.status, status, messaging: details.messaging };
    },
  };
}
