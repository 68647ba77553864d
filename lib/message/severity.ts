/**
 * How important a message is to people. The notification service decides by severity whom to tell.
 *
 * @publicApi
 */
export const Severity = {
  /** For debugging, or otherwise of very low priority: nobody is told unless they ask for it. */
  DEBUG: 10,
  /** Informational; the default. End users are not told by default. */
  INFO: 20,
  /** A problem, or otherwise important: users are told when the message concerns their interests. */
  WARNING: 30,
  /** Critically important: users should act as soon as possible. */
  ERROR: 40,
} as const;

/** One of the values of {@link Severity}. @publicApi */
export type Severity = (typeof Severity)[keyof typeof Severity];

/** All valid severities, in rising order. @publicApi */
export const SEVERITIES: readonly Severity[] = Object.freeze(Object.values(Severity));

/** The name of a severity: `INFO`. */
export function severityName(severity: Severity): string {
  return Object.entries(Severity).find(([, value]) => value === severity)?.[0] ?? String(severity);
}
