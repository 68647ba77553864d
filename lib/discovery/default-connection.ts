/** The name of the bus that is given none, and of that of decorators that name none. */
export const DEFAULT_CONNECTION = 'default';
