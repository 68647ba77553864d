/** The name of a Python member in TypeScript: `app_icon` becomes `appIcon`, and `__str__` becomes `toString`. */
export function memberName(name: string): string {
  if (name === '__str__') return 'toString';
  const [, underscores = '', words = ''] = /^(_*)(.*)$/.exec(name) ?? [];
  return underscores + words.replace(/_+([^_])/g, (_, letter: string) => letter.toUpperCase());
}
