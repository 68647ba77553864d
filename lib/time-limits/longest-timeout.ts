/** Timers go no further, in milliseconds: about 24 days. What is later than that has no deadline. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;
