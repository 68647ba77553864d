// bakery-messages 1.0.0 (MIT), by `fedora-messaging schemas import bakery-messages`. To change a class, extend it.
// Checksum: 9724805c26128bde37aa300eeb5bd12a78a96476aed7a71b9618e2ccb2480dd2

export * from './base.js';
export type * from './bodies.js';
export * from './orders.js';
export * from './oven.js';
