/** The longest delay of a timer, in milliseconds: about 24 days. Code that gets a longer time limit sets no timer. */
export const LONGEST_TIMEOUT = 2 ** 31 - 1;
