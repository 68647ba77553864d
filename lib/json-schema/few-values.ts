/** The most values of an instance in which every failure is collected: each value may fail. */
const MAX_VALUES = 10_000;

/** Whether an instance is small enough to collect every failure. */
export function hasFewValues(instance: unknown): boolean {
  let left = MAX_VALUES;
  const count = (value: unknown): boolean => {
    if (--left < 0) return false;
    if (typeof value !== 'object' || value === null) return true;
    if (Array.isArray(value)) return value.length <= left && value.every(count);
    for (const name in value) if (!count((value as Record<string, unknown>)[name])) return false;
    return true;
  };
  return count(instance);
}
