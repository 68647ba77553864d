import { randomUUID } from 'node:crypto';
import { type Channel, connect, type ConsumeMessage, type GetMessage, type Options } from 'amqplib';
import { inject, onTestFinished } from 'vitest';
import type { QueueOptions } from '../../lib/index.js';
import { evaluate } from './broker-evaluator.js';
import { runCtl } from './rabbitmq.js';
import { RabbitMqVersion } from './rabbitmq-version.js';

/** A name that no other test uses. */
export function unique(name: string): string {
  return `${name}-${randomUUID().slice(0, 8)}`;
}

/** The URL of the RabbitMQ that the test files share. */
export function amqpUrl(user = 'guest', password = user, query = ''): string {
  return `amqp://${user}:${password}@127.0.0.1:${inject('amqpPort')}/${query}`;
}

/** The value of an Erlang expression in the broker: a binary as its text, other values as Erlang writes them. */
function evaluateInBroker(expression: string): Promise<string> {
  const port = inject('evaluatorPort');
  return port === undefined
    ? runCtl(inject('rabbitmqctl'), ['eval', expression])
    : evaluate(port, expression);
}

/** A user that may configure, write and read the names that match the patterns. */
export async function addUser(
  { configure, write, read }: Permissions,
  name = unique('user'),
): Promise<string> {
  await evaluateInBroker(
    `rabbit_auth_backend_internal:add_user(${erlangBinary(name)}, ${erlangBinary(name)}, <<"test">>).`,
  );
  await setPermissions(name, { configure, write, read });
  return name;
}

/** Sets the permissions of a user in a virtual host: the names that match the patterns. */
export async function setPermissions(
  user: string,
  { configure, write, read }: Permissions,
  vhost = '/',
): Promise<void> {
  const texts = [user, vhost, configure, write, read].map(erlangBinary).join(', ');
  await evaluateInBroker(`rabbit_auth_backend_internal:set_permissions(${texts}, <<"test">>).`);
}

/** Sets the topics with which a user may publish to an exchange, and bind to it: those that match the patterns. */
export async function setTopicPermissions(
  user: string,
  exchange: string,
  { write, read }: Pick<Permissions, 'write' | 'read'>,
): Promise<void> {
  const texts = [user, '/', exchange, write, read].map(erlangBinary).join(', ');
  await evaluateInBroker(`rabbit_auth_backend_internal:set_topic_permissions(${texts}, <<"test">>).`);
}

/** Makes a virtual host. It is deleted when the test ends. */
export async function addVhost(name: string): Promise<void> {
  await evaluateInBroker(`rabbit_vhost:add(${erlangBinary(name)}, <<"test">>).`);
  onTestFinished(
    async () => void (await evaluateInBroker(`rabbit_vhost:delete(${erlangBinary(name)}, <<"test">>).`)),
  );
}

/** Limits the connections of a virtual host; -1 is no limit. */
export async function setConnectionLimit(vhost: string, limit: number): Promise<void> {
  await evaluateInBroker(
    `ok = rabbit_vhost_limit:set(${erlangBinary(vhost)}, [{<<"max-connections">>, ${limit}}], <<"test">>).`,
  );
}

/** Sets a policy for the queues whose names match the pattern. */
export async function setPolicy(name: string, pattern: string, definition: object): Promise<void> {
  const texts = ['/', name, pattern, JSON.stringify(definition)].map(erlangBinary).join(', ');
  await evaluateInBroker(`ok = rabbit_policy:parse_set(${texts}, 0, <<"queues">>, <<"test">>).`);
}

export async function deletePolicy(name: string): Promise<void> {
  await evaluateInBroker(`rabbit_policy:delete(<<"/">>, ${erlangBinary(name)}, <<"test">>).`);
}

interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

function erlangBinary(text: string): string {
  return `<<${JSON.stringify(text)}>>`;
}

/** Closes the connections of a user, as an administrator does. */
export async function closeConnections(user: string): Promise<void> {
  await evaluateInBroker(
    `[rabbit_networking:close_connection(Pid, "closed by the test")
      || [{pid, Pid}, {user, User}] <- rabbit_networking:connection_info_all([pid, user]), User =:= ${erlangBinary(user)}].`,
  );
}

/** The broker's connections: these columns of rabbitmqctl list_connections, as Erlang writes them. */
export function listConnections(...columns: string[]): Promise<string[][]> {
  return listed(`rabbit_networking:connection_info_all([${columns.join(', ')}])`, 'term');
}

/** The broker's bindings: source, routing key and destination. */
export function listBindings(): Promise<string[][]> {
  return listed('rabbit_binding:info_all(<<"/">>, [source_name, routing_key, destination_name])', 'name');
}

/** The broker's queues: these columns of rabbitmqctl list_queues. */
export function listQueues(...columns: string[]): Promise<string[][]> {
  return listed(`rabbit_amqqueue:info_all(<<"/">>, [${columns.join(', ')}])`, 'name');
}

/** Rows of values, each as Erlang writes it; a name as its text. */
async function listed(rows: string, as: 'term' | 'name'): Promise<string[][]> {
  const text = await evaluateInBroker(
    `Text = fun
       ({resource, _, _, Name}) -> Name;
       (Name) when is_binary(Name), ${as} =:= name -> Name;
       (Value) -> io_lib:format("~0tp", [Value])
     end,
     unicode:characters_to_binary([[lists:join("\t", [Text(Value) || {_, Value} <- Row]), "\n"] || Row <- ${rows}]).`,
  );
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}

/** A queue of the test's own. It is deleted with the test's raw client, or by itself. */
export const TEMPORARY: QueueOptions = { durable: false, autoDelete: false, exclusive: false, arguments: {} };

/** amqplib without this library: it shows, and sends, the bytes on the wire. */
export class RawClient {
  private constructor(readonly channel: Channel) {}

  static async open(): Promise<RawClient> {
    const connection = await connect(amqpUrl());
    connection.on('error', () => undefined);
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    onTestFinished(() => connection.close().catch(() => undefined));
    return new RawClient(channel);
  }

  get version(): RabbitMqVersion {
    return new RabbitMqVersion(this.channel.connection.serverProperties['version']);
  }

  /** A bound queue, which is deleted when the test ends. */
  async queue(exchange = 'amq.topic', routingKey = '#', options: Options.AssertQueue = {}): Promise<string> {
    const { queue } = await this.channel.assertQueue(unique('raw'), { durable: false, ...options });
    if (exchange !== '') await this.channel.bindQueue(queue, exchange, routingKey);
    this.deleteLater(queue);
    return queue;
  }

  /** Deletes a queue when the test ends. */
  deleteLater(queue: string): void {
    onTestFinished(async () => void (await this.channel.deleteQueue(queue).catch(() => undefined)));
  }

  /** Takes the next message out of a queue, and waits for it. Messages behind it keep their places. */
  async next(queue: string): Promise<GetMessage | ConsumeMessage> {
    const message = await this.channel.get(queue, { noAck: true });
    if (message) return message;
    // One at a time: other messages that come before the consumer is cancelled would be taken out of the queue, too.
    await this.channel.prefetch(1);
    return new Promise((resolve, reject) => {
      this.channel
        .consume(queue, (delivery) => {
          if (!delivery) return;
          this.channel.cancel(delivery.fields.consumerTag).catch(reject);
          this.channel.ack(delivery);
          resolve(delivery);
        })
        .catch(reject);
    });
  }

  /** The number of ready messages in a queue. */
  async count(queue: string): Promise<number> {
    return (await this.channel.checkQueue(queue)).messageCount;
  }

  /** Sends a message to a queue, as a publisher with any faults. */
  send(queue: string, content: Buffer | string, properties: Options.Publish = {}): void {
    this.channel.sendToQueue(queue, Buffer.from(content), {
      contentType: 'application/json',
      contentEncoding: 'utf-8',
      messageId: randomUUID(),
      headers: {
        fedora_messaging_schema: 'base.message',
        fedora_messaging_severity: 20,
        'sent-at': '2026-01-01T00:00:00+00:00',
      },
      ...properties,
    });
  }
}
