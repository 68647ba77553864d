export { type ConnectionState, connectionStateOf } from './connection-state.js';
export { failureReason } from './failure-reason.js';
export type { ConnectionPurpose, FedoraMessagingEvent } from './fedora-messaging-event.js';
export { FedoraMessagingEvents } from './fedora-messaging-events.js';
export { Metrics } from './metrics.js';
export { MetricsRegistry } from './metrics-registry.js';
export { type ServedPage, MonitoringServer } from './monitoring-server.js';
export { Statistics } from './statistics.js';
