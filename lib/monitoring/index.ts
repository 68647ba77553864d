export type { ConnectionPurpose, FedoraMessagingEvent } from './fedora-messaging-event.js';
export { FedoraMessagingEvents } from './fedora-messaging-events.js';
export type { Statistics } from './statistics.js';
