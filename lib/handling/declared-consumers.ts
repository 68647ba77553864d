import { DEFAULT_BUS } from '../config/index.js';
import type { HandlerHost } from '../discovery/index.js';
import { ConfigurationException } from '../exceptions/index.js';
import { type AnyMessageClass, Message } from '../message/index.js';
import type { ConsumerDecoratorOptions } from './decorators/consumer-decorator-options.interface.js';
import { CONSUMER_METADATA, type ConsumerDeclaration } from './decorators/consumer.decorator.js';
import { ON_MESSAGE_METADATA } from './decorators/on-message.decorator.js';
import { assertParameters } from './handler-parameters.js';
import { assertDispatchOptions } from './message-dispatcher.js';
import { resolveDeclaration, type SettingsOf } from './decorators/resolve-declaration.js';

/** A consumer as its decorators declare it. */
export interface DeclaredConsumer {
  /** Class and method, or the class alone, for logs and errors. */
  readonly name: string;
  /** The bus from which it consumes. */
  readonly bus: string;
  readonly options: ConsumerDecoratorOptions;
  readonly host: HandlerHost;
  /** Whether `@Consumer` decorates the class; otherwise it decorates one method, which gets all messages. */
  readonly isClass: boolean;
  readonly methods: readonly DeclaredHandler[];
}

/** A method that handles messages. */
export interface DeclaredHandler {
  readonly method: string | symbol;
  /** The classes of `@OnMessage` or of `messages`; Message if the method gets every message. */
  readonly classes: readonly AnyMessageClass[];
}

/**
 * The enabled consumers that a provider or controller declares.
 *
 * @throws ConfigurationException when a decorator can't work
 */
export function declaredConsumers(host: HandlerHost, settingsOf: SettingsOf): DeclaredConsumer[] {
  return [...methodsOf(host, settingsOf), ...classOf(host, settingsOf)];
}

function methodsOf(host: HandlerHost, settingsOf: SettingsOf): DeclaredConsumer[] {
  return host.methods<ConsumerDeclaration>(CONSUMER_METADATA).flatMap(({ method, metadata: declaration }) => {
    const name = `${host.name}.${String(method)}`;
    const options = resolveDeclaration(name, declaration, settingsOf);
    if (!options) return [];
    assertDispatchOptions(`The consumer ${name}`, options);
    const { bus = DEFAULT_BUS, messages: classes = [Message] } = options;
    assertParameters(host, method, classes);
    const methods = [{ method, classes }];
    return [{ name, bus, options, host, isClass: false, methods }];
  });
}

function classOf(host: HandlerHost, settingsOf: SettingsOf): DeclaredConsumer[] {
  const { name } = host;
  const declaration = host.classMetadata<ConsumerDeclaration>(CONSUMER_METADATA);
  const methods = host
    .methods<readonly AnyMessageClass[]>(ON_MESSAGE_METADATA)
    .map(({ method, metadata: classes }) => ({ method, classes }));
  if (!declaration) {
    if (methods.length === 0) return [];
    throw new ConfigurationException(
      `${name}.${String(methods[0]!.method)} is decorated with @OnMessage, but its class has no queues: decorate the class ${name} with @Consumer`,
    );
  }
  if (methods.length === 0) {
    throw new ConfigurationException(
      `The class ${name} is decorated with @Consumer, but none of its methods with @OnMessage: decorate a method with @OnMessage, or move @Consumer to a method`,
    );
  }
  const options = resolveDeclaration(name, declaration, settingsOf);
  if (!options) return [];
  if (options.messages !== undefined) {
    throw new ConfigurationException(
      `The consumer ${name}: 'messages' is an option for methods. In a class, @OnMessage names the messages`,
    );
  }
  for (const { method, classes } of methods) assertParameters(host, method, classes);
  const { bus = DEFAULT_BUS } = options;
  return [{ name, bus, options, host, isClass: true, methods }];
}
