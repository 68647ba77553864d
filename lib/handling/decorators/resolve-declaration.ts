import { assertKnownKeys, DEFAULT_BUS, type FedoraMessagingSettings } from '../../config/index.js';
import { assertConsumerOptions, type ConsumerOptions, withNamedTopology } from '../../consuming/index.js';
import { ConfigurationException, describeError, shownValue } from '../../exceptions/index.js';
import type {
  ConsumerDecoratorOptions,
  ConsumerOptionsFactory,
  FixedConsumerOptions,
} from './consumer-decorator-options.interface.js';
import type { ConsumerDeclaration } from './consumer.decorator.js';

const FIXED_KEYS = Object.keys({ bus: true, messages: true } satisfies Record<
  keyof FixedConsumerOptions,
  true
>);
type DecoratorKey = Exclude<
  keyof ConsumerDecoratorOptions,
  keyof ConsumerOptions | keyof FixedConsumerOptions
>;
const DECORATOR_KEYS = [
  ...FIXED_KEYS,
  ...Object.keys({ unhandled: true, enabled: true } satisfies Record<DecoratorKey, true>),
];

/**
 * Returns the settings of a bus.
 *
 * @param where the method or class that names the bus
 * @throws ConfigurationException when there is no bus of that name
 */
export type SettingsOf = (bus: string, where: string) => FedoraMessagingSettings;

/**
 * The options of a `@Consumer` with the settings of its bus; undefined if the consumer is not enabled.
 *
 * @param name the consumer's name, for errors
 * @throws ConfigurationException when the options are wrong
 */
export function resolveDeclaration(
  name: string,
  { options, optionsOf }: ConsumerDeclaration,
  settingsOf: SettingsOf,
): ConsumerDecoratorOptions | undefined {
  const where = `The consumer ${name}`;
  // A disabled consumer may name a bus or topology that this application does not have.
  if (!isEnabled(where, options)) return undefined;
  const settings = settingsOf(options.bus ?? DEFAULT_BUS, name);
  const all = optionsOf ? { ...made(where, optionsOf, settings), ...fixed(where, options) } : options;
  if (!isEnabled(where, all)) return undefined;
  const resolved = withNamedTopology(where, all, settings);
  assertConsumerOptions(where, resolved, DECORATOR_KEYS);
  return resolved;
}

function isEnabled(where: string, { enabled = true }: ConsumerDecoratorOptions): boolean {
  if (typeof enabled === 'boolean') return enabled;
  throw new ConfigurationException(
    `${where}: 'enabled' must be true or false, but is ${shownValue(enabled)}`,
  );
}

function fixed(where: string, options: FixedConsumerOptions): FixedConsumerOptions {
  assertKnownKeys(`${where}, after the function`, options, FIXED_KEYS);
  return options;
}

function made(
  where: string,
  optionsOf: ConsumerOptionsFactory,
  settings: FedoraMessagingSettings,
): ConsumerDecoratorOptions {
  let options: ConsumerDecoratorOptions;
  try {
    options = optionsOf(settings);
  } catch (error) {
    throw new ConfigurationException(
      `${where}: the function that makes its options failed: ${describeError(error)}`,
      {
        cause: error,
      },
    );
  }
  if (typeof options !== 'object' || options === null || options instanceof Promise) {
    const returned = options instanceof Promise ? 'a promise' : shownValue(options);
    throw new ConfigurationException(
      `${where}: the function that makes its options must return an object, but returned ${returned}`,
    );
  }
  const misplaced = FIXED_KEYS.find((key) => Object.hasOwn(options, key));
  if (misplaced === undefined) return options;
  throw new ConfigurationException(
    `${where}: '${misplaced}' can't depend on the settings: give it after the function, @Consumer((settings) => …, { ${misplaced} })`,
  );
}
