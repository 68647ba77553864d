/** The longest delay of a timer, in milliseconds: about 24 days. A longer time limit is treated as no limit. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;
