import type { BindingOptions } from '../fedora-messaging-options.interface.js';

/** Settings that have `bindings` as a list, if at all. */
export type WithBindingsInList<T> = Omit<T, 'bindings'> & { bindings?: BindingOptions[] };

/** The same settings, where `bindings` that are one table, rather than a list of tables, are in a list. */
export function withBindingsInList<T extends { bindings?: unknown }>(settings: T): WithBindingsInList<T> {
  const { bindings } = settings;
  const isTable = typeof bindings === 'object' && bindings !== null && !Array.isArray(bindings);
  // What else it may be is left to the check of the settings.
  return (isTable ? { ...settings, bindings: [bindings] } : settings) as WithBindingsInList<T>;
}
