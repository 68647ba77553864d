import { LibraryLogger } from '../logging/index.js';
import { decoratedMethods } from './decorated-methods.js';

/** An application whose providers are being looked for. */
interface Providing {
  /** Whether factories of its providers are still running. */
  readonly areBeingMade: boolean;
  /** Goes through all its providers, and passes each to {@link noteProvided}. */
  find(): unknown;
}

const logger = new LibraryLogger();
/** The applications of this process. A closed application stays in the list until it is garbage collected. */
let applications: readonly WeakRef<Providing>[] = [];
/** Prototypes of all classes that an application provides or has provided, and of their superclasses. */
const providedPrototypes = new WeakSet<object>();
const warned = new WeakSet<object>();

/** Registers an application, whose providers then count as provided. */
export function applicationCreated(hosts: Providing): void {
  applications = [...applications.filter((application) => application.deref()), new WeakRef(hosts)];
}

/** Notes that an application provides a class. */
export function noteProvided(prototype: object): void {
  for (let of: object | null = prototype; of; of = Object.getPrototypeOf(of) as object | null) {
    providedPrototypes.add(of);
  }
}

/**
 * Warns once about each decorated method whose class no application of this process provides. Call it when an
 * application has started. While another application is still being created, its providers are not known: then
 * nothing is warned of here, and the start of that application checks again.
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
      `${name}.${String(method)} is decorated with ${decorator}, but ${name} is not a provider or controller of any application of this process, so it handles nothing: add it to the providers of a module${decorator === '@Consumer' || decorator === '@OnMessage' ? '. If it is left out on purpose, set enabled: false in @Consumer' : ''}`,
    );
  }
}
