/** The headers of a message: any values that an AMQP table can carry. @publicApi */
export type MessageHeaders = Record<string, unknown>;

/** The names, on the wire, of the headers that the library itself writes. */
export const SCHEMA_HEADER = 'fedora_messaging_schema';
export const SCHEMA_PACKAGE_HEADER = 'fedora_messaging_schema_package';
export const SEVERITY_HEADER = 'fedora_messaging_severity';
export const SENT_AT_HEADER = 'sent-at';
export const PRIORITY_HEADER = 'priority';

/** The accessors whose items become one header each, and the prefix of the header's name. */
export const FILTER_HEADERS = {
  usernames: 'fedora_messaging_user_',
  groups: 'fedora_messaging_group_',
  packages: 'fedora_messaging_rpm_',
  containers: 'fedora_messaging_container_',
  modules: 'fedora_messaging_module_',
  flatpaks: 'fedora_messaging_flatpak_',
} as const;

/** An accessor whose items become headers. */
export type FilterAccessor = keyof typeof FILTER_HEADERS;

let second = 0;
let formatted = '';

/** Formats a time for the `sent-at` header: ISO 8601, UTC, whole seconds, the offset written `+00:00`. */
export function sentAt(milliseconds: number): string {
  const now = Math.floor(milliseconds / 1000);
  if (now !== second) {
    second = now;
    formatted = `${new Date(now * 1000).toISOString().slice(0, 19)}+00:00`;
  }
  return formatted;
}
