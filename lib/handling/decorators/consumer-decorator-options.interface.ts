import type { FedoraMessagingSettings } from '../../config/index.js';
import type { ConsumerOptions } from '../../consuming/index.js';
import type { AnyMessageClass } from '../../message/index.js';
import type { DispatchOptions } from '../dispatch-options.js';

/** What `@Consumer` takes. @publicApi */
export interface ConsumerDecoratorOptions<
  Classes extends readonly AnyMessageClass[] = readonly AnyMessageClass[],
>
  extends ConsumerOptions, DispatchOptions<Classes> {
  /**
   * Whether the application has this consumer. With `false`, it is as if the method or class were not decorated, and
   * nothing warns of that. From the environment: `enabled: process.env.CONSUME_UPDATES === 'on'`. Default: true.
   */
  enabled?: boolean;
  /** The bus to consume from, in an application on several: the `bus` of its `forRoot()`. Default: `default`. */
  bus?: string;
}

/** What must be known of a consumer before the settings are: see {@link Consumer}. @publicApi */
export type FixedConsumerOptions<Classes extends readonly AnyMessageClass[] = readonly AnyMessageClass[]> =
  Pick<ConsumerDecoratorOptions<Classes>, 'bus' | 'messages'>;

/**
 * Makes the options of a consumer of the settings of its bus. It is called once, when the application starts.
 *
 * @publicApi
 */
export type ConsumerOptionsFactory = (
  settings: FedoraMessagingSettings,
) => Omit<ConsumerDecoratorOptions, keyof FixedConsumerOptions>;
