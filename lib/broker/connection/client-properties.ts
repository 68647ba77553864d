import { fieldTable } from '../../field-tables/index.js';
import { VERSION } from '../../package/index.js';

/** What the broker is told of this client, over what the application tells of itself. */
export function clientProperties(
  own: Readonly<Record<string, unknown>>,
  purpose: string,
): Record<string, unknown> {
  const app = typeof own['app'] === 'string' ? own['app'] : 'Unknown';
  return fieldTable({
    // What RabbitMQ's management shows as the name of a connection.
    connection_name: `${app} (${purpose})`,
    ...own,
    product: 'Fedora Messaging with amqplib',
    information: 'https://fedora-messaging.readthedocs.io/en/stable/',
    version: `nestjs-fedora-messaging-${VERSION}`,
  });
}
