import { type FedoraMessagingOptions, resolveSettings } from '../config/index.js';
import { assertConsumerKeys, type ConsumerCallback } from '../consuming/index.js';
import { consumerExitCodeOf, ExitCode } from '../exceptions/index.js';
import { type ConsumeOptions, DISPATCH_KEYS, type MessageOf } from '../handling/index.js';
import type { AnyMessageClass } from '../message/index.js';
import type { FedoraMessagingService } from '../module/index.js';
import { withEndlessAttempts } from './endless-attempts.js';
import { openService } from './open-service.js';
import { StopSignals } from './stop-signals.js';
import { whenStopped } from './when-stopped.js';

/** The options of a script that consumes. @publicApi */
export interface ScriptOptions {
  /**
   * The settings of the bus, as for `FedoraMessagingModule.forRoot()`. Default: those of the configuration file that the
   * Python library reads.
   */
  settings?: FedoraMessagingOptions;
  /**
   * Whether the script is the purpose of the process. SIGTERM and SIGINT then end consuming, and a consumer that fails
   * sets `process.exitCode`. Set false where other code of the process decides about these. Default: true.
   */
  ownsProcess?: boolean;
}

const SCRIPT_KEYS = Object.keys({ settings: true, ownsProcess: true } satisfies Record<
  keyof ScriptOptions,
  true
>);

/** A script that consumes. @publicApi */
export interface ConsumingScript {
  /** The bus: publishes, pauses, resumes, and reports its state. */
  readonly service: FedoraMessagingService;
  /**
   * Resolves when consuming has ended: after `close()`, a signal, or a HaltConsumer with exit code 0. Rejects with the
   * error of a consumer that stopped for another reason. You need not handle the rejection: the error is logged, too.
   */
  readonly closed: Promise<void>;

  /**
   * Ends consuming: finishes the messages in hand, then disconnects. A callback must not wait for it: throw HaltConsumer
   * there.
   */
  close(): Promise<void>;
}

/**
 * Consumes without a Nest application; resolves when the queues are subscribed. As the Python library's `consume()`, it
 * waits for the broker without limit, and ends with a signal or a HaltConsumer.
 *
 * @param callback a function, an object with a `handle(message)` method, or a class with that method, instantiated
 *   once
 * @param options the options of `FedoraMessagingService.consume()`, and those of the script. Default: the queues,
 *   bindings and broker of the configuration file that the Python library reads, and all messages
 * @throws ConfigurationException when the settings or options are wrong
 * @throws BadDeclaration when a queue or binding can't be declared
 * @throws PermissionException when the broker user may not read from a queue
 * @throws ConnectionException when the broker refuses the login
 * @throws TypeError when the callback can't handle messages
 * @publicApi
 */
export function consume<const Classes extends readonly AnyMessageClass[]>(
  callback: ConsumerCallback<MessageOf<Classes>>,
  options: ConsumeOptions<Classes> & ScriptOptions & { messages: Classes },
): Promise<ConsumingScript>;
/**
 * Consumes without a Nest application, as above, but without `messages`: the callback gets messages of all classes.
 *
 * @param callback a function, an object with a `handle(message)` method, or a class with that method, instantiated
 *   once
 * @param options the options of `FedoraMessagingService.consume()`, and those of the script. Default: the queues,
 *   bindings and broker of the configuration file that the Python library reads
 * @throws ConfigurationException when the settings or options are wrong
 * @throws BadDeclaration when a queue or binding can't be declared
 * @throws PermissionException when the broker user may not read from a queue
 * @throws ConnectionException when the broker refuses the login
 * @throws TypeError when the callback can't handle messages
 * @publicApi
 */
export function consume(
  callback: ConsumerCallback,
  options?: ConsumeOptions & ScriptOptions,
): Promise<ConsumingScript>;
export async function consume(
  callback: ConsumerCallback<never>,
  given: ConsumeOptions & ScriptOptions = {},
): Promise<ConsumingScript> {
  assertConsumerKeys('The options of consume()', given, [...DISPATCH_KEYS, ...SCRIPT_KEYS]);
  const { settings = { configFile: true }, ownsProcess = true, ...options } = given;
  const service = await openService(withEndlessAttempts(resolveSettings(settings)));
  const script = new RunningScript(service, ownsProcess);
  await script.start(callback as ConsumerCallback, options);
  return script;
}

class RunningScript implements ConsumingScript {
  readonly closed: Promise<void>;
  private resolve!: () => void;
  private reject!: (error: Error) => void;
  private readonly signals: StopSignals | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    readonly service: FedoraMessagingService,
    private readonly ownsProcess: boolean,
  ) {
    this.closed = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Nobody has to await it.
    this.closed.catch(() => undefined);
    this.signals = ownsProcess ? new StopSignals(() => void this.close()) : undefined;
  }

  /** Rejects when the consumers can't be started, unless a signal has ended the start. */
  async start(callback: ConsumerCallback, options: ConsumeOptions): Promise<void> {
    try {
      await this.service.start();
      await this.service.consume(callback, options);
    } catch (error) {
      const isInterrupted = this.closing !== undefined;
      await this.close();
      if (isInterrupted) return;
      throw error;
    }
    void whenStopped(this.service).then((error) => this.end(error));
  }

  close(): Promise<void> {
    return this.end(undefined);
  }

  /** Disconnects, and settles `closed`. Only the first call decides how. */
  private end(error: Error | undefined): Promise<void> {
    this.closing ??= this.disconnect().then(() => this.settle(error));
    return this.closing;
  }

  private async disconnect(): Promise<void> {
    this.signals?.end();
    await this.service.stop();
  }

  private settle(error: Error | undefined): void {
    const exitCode = consumerExitCodeOf(error);
    if (error === undefined || exitCode === ExitCode.OK) {
      this.resolve();
      return;
    }
    if (this.ownsProcess) process.exitCode ??= exitCode;
    this.reject(error);
  }
}
