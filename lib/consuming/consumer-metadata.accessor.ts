import { Injectable } from '@nestjs/common';
import { CONSUMER_METADATA } from './consumer.decorator.js';
import type { ConsumerOptions } from './consumer-options.interface.js';

/** Reads what `@Consumer` wrote. */
@Injectable()
export class ConsumerMetadataAccessor {
  getConsumerOptions(method: unknown): ConsumerOptions | undefined {
    if (typeof method !== 'function') return undefined;
    return Reflect.getMetadata(CONSUMER_METADATA, method) as ConsumerOptions | undefined;
  }
}
