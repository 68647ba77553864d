/** The bus name used when none is given. */
export const DEFAULT_BUS = 'default';
