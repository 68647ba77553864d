/** The members of Message that message classes override, with their types. */
const BASE_ACCESSORS: Readonly<Record<string, string>> = {
  summary: 'string',
  url: 'string | null',
  appName: 'string | null',
  appIcon: 'string | null',
  agentName: 'string | null',
  agentAvatar: 'string | null',
  usernames: 'readonly string[]',
  groups: 'readonly string[]',
  packages: 'readonly string[]',
  containers: 'readonly string[]',
  modules: 'readonly string[]',
  flatpaks: 'readonly string[]',
};

/** Members of Message, and of all objects, that mean something else than a member of a Python class. */
const TAKEN = new Set(
  `body bodySchema constructor contentEncoding deprecated equals hasOwnProperty headers headersSchema id isPrototypeOf priority
  propertyIsEnumerable queue severity toJSON toLocaleString topic validate valueOf`.split(/\s+/),
);

/** The head of a member of Message that is overridden; undefined for other names. */
export function overrideHead(name: string): string | undefined {
  if (name === 'toString') return 'override toString(): string';
  const type = typeOfAccessor(name);
  return type === undefined ? undefined : `override get ${name}(): ${type}`;
}

export function typeOfAccessor(name: string): string | undefined {
  return Object.hasOwn(BASE_ACCESSORS, name) ? BASE_ACCESSORS[name] : undefined;
}

/** Whether Message has a member of this name that must stay as it is. */
export function isTaken(name: string): boolean {
  return TAKEN.has(name);
}

/** Whether an accessor of this type may give the value. */
export function isOfType(value: unknown, type: string): boolean {
  if (value === null) return type.endsWith('null');
  if (typeof value === 'string') return type.startsWith('string');
  return Array.isArray(value) && value.every((item) => typeof item === 'string') && type.endsWith('[]');
}
