import type { ConsumerOptions } from '../../consuming/index.js';

/** What `@Consumer` takes. @publicApi */
export interface ConsumerDecoratorOptions extends ConsumerOptions {
  /** The bus to consume from, in an application on several: the `bus` of its `forRoot()`. Default: `default`. */
  bus?: string;
  /**
   * On a class only: what happens to messages that none of its `@OnMessage` methods takes:
   *
   * - `ack`: they are acknowledged, with a line in the debug log;
   * - `drop`: they are discarded, or dead-lettered;
   * - `error`: as if a handler had failed; `onError` says what then.
   *
   * Default: `ack`.
   */
  unhandled?: 'ack' | 'drop' | 'error';
}
