/** The filters of the stream, by their names in the address. An absent filter lets everything pass. */
export const FILTER_NAMES = [
  'text',
  'topic',
  'outcome',
  'severity',
  'schema',
  'user',
  'package',
  'consumer',
] as const;

export type FilterName = (typeof FILTER_NAMES)[number];
export type Filters = Readonly<Partial<Record<FilterName, string>>>;

/** Reads the filters of an address such as `?topic=org.%23&user=bob`. Other parameters are ignored. */
export function filtersOf(search: string): Filters {
  const parameters = new URLSearchParams(search);
  const filters: Partial<Record<FilterName, string>> = {};
  for (const name of FILTER_NAMES) {
    const value = parameters.get(name)?.trim();
    if (value) filters[name] = value;
  }
  return filters;
}

/** The filters as the search part of an address: `''` without filters. */
export function searchOf(filters: Filters): string {
  const parameters = new URLSearchParams();
  for (const name of FILTER_NAMES) {
    const value = filters[name]?.trim();
    if (value) parameters.set(name, value);
  }
  const text = parameters.toString();
  return text && `?${text}`;
}

/** The value is kept as it is typed, spaces included: the field shows it, and more may follow. */
export function withFilter(filters: Filters, name: FilterName, value: string): Filters {
  const { [name]: _, ...others } = filters;
  return value.trim() ? { ...others, [name]: value } : others;
}

export function hasFilters(filters: Filters): boolean {
  return searchOf(filters) !== '';
}
