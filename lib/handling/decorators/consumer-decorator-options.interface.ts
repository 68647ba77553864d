import type { FedoraMessagingSettings } from '../../config/index.js';
import type { ConsumerOptions } from '../../consuming/index.js';
import type { AnyMessageClass } from '../../message/index.js';
import type { DispatchOptions } from '../dispatch-options.js';

/** The options of `@Consumer`. @publicApi */
export interface ConsumerDecoratorOptions<
  Classes extends readonly AnyMessageClass[] = readonly AnyMessageClass[],
>
  extends ConsumerOptions, DispatchOptions<Classes> {
  /**
   * Whether the application has this consumer. With `false`, the method or class counts as not decorated, and no
   * warning is logged. From the environment: `enabled: process.env.CONSUME_UPDATES === 'on'`. Default: true.
   */
  enabled?: boolean;
  /** The bus to consume from, in an application with several: the `bus` of its `forRoot()`. Default: `default`. */
  bus?: string;
}

/** The options of a consumer that can't depend on the settings: see {@link Consumer}. @publicApi */
export type FixedConsumerOptions<Classes extends readonly AnyMessageClass[] = readonly AnyMessageClass[]> =
  Pick<ConsumerDecoratorOptions<Classes>, 'bus' | 'messages'>;

/**
 * Makes the options of a consumer from the settings of its bus. It is called once, when the application starts.
 *
 * @publicApi
 */
export type ConsumerOptionsFactory = (
  settings: FedoraMessagingSettings,
) => Omit<ConsumerDecoratorOptions, keyof FixedConsumerOptions>;
