import { FedoraMessagingService } from '../../lib/index.js';
import { startApp, type TestApplication } from './application.js';
import { amqpUrl } from './shared-rabbitmq.js';

/** The service of an application on RabbitMQ. It is closed when the test ends. */
export async function startService(
  options: TestApplication['options'] = {},
): Promise<FedoraMessagingService> {
  return (await startApp({ options: { amqpUrl: amqpUrl(), ...options } })).get(FedoraMessagingService);
}
