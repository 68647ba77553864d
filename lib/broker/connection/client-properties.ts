import { fieldTable } from '../../field-tables/index.js';
import { VERSION } from '../../package/index.js';

/**
 * The client properties for the broker: the application's own, with this library's product, information and version.
 */
export function clientProperties(
  own: Readonly<Record<string, unknown>>,
  purpose: string,
): Record<string, unknown> {
  const app = typeof own['app'] === 'string' ? own['app'] : 'Unknown';
  return fieldTable({
    // RabbitMQ's management shows this as the name of a connection.
    connection_name: `${app} (${purpose})`,
    ...own,
    product: 'Fedora Messaging with amqplib',
    information: 'https://fedora-messaging.readthedocs.io/en/stable/',
    version: `nestjs-fedora-messaging-${VERSION}`,
  });
}
