import { type DynamicModule, Module, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { busesOf } from './application.js';

/** Wraps an application, whose decorated consumers are not started: as if its option `consumers` were false. */
@Module({})
export class UnconsumingModule implements OnModuleInit {
  constructor(private readonly moduleRef: ModuleRef) {}

  static around(application: Type): DynamicModule {
    return { module: UnconsumingModule, imports: [application] };
  }

  /** Comes before consumers start, which is when the application has started. */
  onModuleInit(): void {
    for (const { bus } of busesOf(this.moduleRef)) bus.settings.consumers = false;
  }
}
