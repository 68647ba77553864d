import type { BindingOptions } from '../consumer-topology.interface.js';
import { withoutUndefined } from '../without-undefined.js';

/** Settings that have `bindings` as a list, if at all. */
export type WithBindingsInList<T> = Omit<T, 'bindings'> & { bindings?: BindingOptions[] };

/** The same settings, where `bindings` that are one table, rather than a list of tables, are in a list. */
export function withBindingsInList<T extends { bindings?: unknown }>(settings: T): WithBindingsInList<T> {
  const { bindings } = settings;
  const isTable = typeof bindings === 'object' && bindings !== null && !Array.isArray(bindings);
  // What else it may be is left to the check of the settings.
  return (isTable ? { ...settings, bindings: [bindings] } : settings) as WithBindingsInList<T>;
}

/** The same options, where the `bindings` of each topology are in a list. */
export function withTopologiesInList<T extends { topologies?: unknown }>(options: T): T {
  const { topologies } = options;
  if (typeof topologies !== 'object' || topologies === null || Array.isArray(topologies)) return options;
  const inList = Object.entries(topologies).map(([name, topology]: [string, unknown]) => [
    name,
    typeof topology === 'object' && topology !== null
      ? withBindingsInList(withoutUndefined(topology))
      : topology,
  ]);
  return { ...options, topologies: Object.fromEntries(inList) as unknown };
}
