import type { DynamicModule, INestApplicationContext, Provider, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { onTestFinished } from 'vitest';
import { testLogger } from './captured-log.js';
import { FedoraMessagingModule, type FedoraMessagingModuleOptions } from '../../lib/index.js';

/** The parts of an application under test. */
export interface TestApplication {
  options: FedoraMessagingModuleOptions;
  /** Modules next to the bus of `options`. */
  imports?: (Type | DynamicModule)[];
  providers?: Provider[];
  controllers?: Type[];
}

/** Starts a Nest application on the bus. It is closed when the test ends. */
export async function startApp({
  options,
  imports = [],
  providers = [],
  controllers = [],
}: TestApplication): Promise<INestApplicationContext> {
  @Module({ imports: [FedoraMessagingModule.forRoot(options), ...imports], providers, controllers })
  class TestModule {}
  const app = await NestFactory.createApplicationContext(TestModule, {
    logger: testLogger(),
    abortOnError: false,
  });
  onTestFinished(() => app.close());
  return app;
}
