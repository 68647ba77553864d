import type { ConsumerOptions } from '../../consuming/index.js';
import type { AnyMessageClass } from '../../message/index.js';
import type { DispatchOptions } from '../dispatch-options.js';

/** What `@Consumer` takes. @publicApi */
export interface ConsumerDecoratorOptions<
  Classes extends readonly AnyMessageClass[] = readonly AnyMessageClass[],
>
  extends ConsumerOptions, DispatchOptions<Classes> {
  /** The bus to consume from, in an application on several: the `bus` of its `forRoot()`. Default: `default`. */
  bus?: string;
}
