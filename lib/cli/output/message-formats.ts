/** The formats in which messages are printed. */
export const MESSAGE_FORMATS = ['line', 'long', 'json'] as const;

export type MessageFormat = (typeof MESSAGE_FORMATS)[number];
