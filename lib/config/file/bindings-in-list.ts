import type { BindingOptions } from '../consumer-topology.interface.js';
import { withoutUndefined } from '../without-undefined.js';

/** Settings whose `bindings`, if any, are a list. */
export type WithBindingsInList<T> = Omit<T, 'bindings'> & { bindings?: BindingOptions[] };

/** Puts `bindings` into a list if it is a single table. */
export function withBindingsInList<T extends { bindings?: unknown }>(settings: T): WithBindingsInList<T> {
  const { bindings } = settings;
  const isTable = typeof bindings === 'object' && bindings !== null && !Array.isArray(bindings);
  // The check of the settings refuses any other value.
  return (isTable ? { ...settings, bindings: [bindings] } : settings) as WithBindingsInList<T>;
}

/** Puts the `bindings` of each topology into a list. */
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
