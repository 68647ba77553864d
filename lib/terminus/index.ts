export {
  type FedoraMessagingHealth,
  FedoraMessagingHealthIndicator,
  type StoppedConsumer,
} from './fedora-messaging.health-indicator.js';
