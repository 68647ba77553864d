import { LibraryLogger } from '../logging/index.js';
import { decoratedMethods } from './decorated-methods.js';

/** An application, as far as it is known what it provides. */
interface Providing {
  /** Whether its providers are still being made. */
  readonly areBeingMade: boolean;
  /** Looks at all its providers, and notes them by {@link noteProvided}. */
  find(): unknown;
}

const logger = new LibraryLogger();
/** Those of this process, closed ones too as long as somebody has them. */
let applications: readonly WeakRef<Providing>[] = [];
/** Of all classes that an application provides or has provided, and of those that they extend. */
const providedPrototypes = new WeakSet<object>();
const warned = new WeakSet<object>();

/** From now on, what the application provides is provided. */
export function applicationCreated(hosts: Providing): void {
  applications = [...applications.filter((application) => application.deref()), new WeakRef(hosts)];
}

/** An application provides this class. */
export function noteProvided(prototype: object): void {
  for (let of: object | null = prototype; of; of = Object.getPrototypeOf(of) as object | null) {
    providedPrototypes.add(of);
  }
}

/**
 * Warns, once, of each decorated method whose class no application of this process provides: to be called when an
 * application has started. As long as another is being made, nothing is known of what it will provide, and this is left
 * to its own start.
 */
export function warnOfUnprovidedMethods(): void {
  for (const application of applications) {
    const hosts = application.deref();
    if (hosts?.areBeingMade) return;
    hosts?.find();
  }
  for (const declared of decoratedMethods()) {
    const { prototype, method, decorator, isLeftOut } = declared;
    if (providedPrototypes.has(prototype) || warned.has(declared) || isLeftOut()) continue;
    warned.add(declared);
    const { name } = prototype.constructor;
    logger.warn(
      `${name}.${String(method)} is decorated with ${decorator}, but ${name} is not a provider or controller of any application of this process, so it handles nothing: add it to the providers of a module${decorator === '@Consumer' || decorator === '@OnMessage' ? ', or give @Consumer enabled: false where it is left out on purpose' : ''}`,
    );
  }
}
