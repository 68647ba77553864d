import { describe, expect, it } from 'vitest';
import type { Table } from '../../../lib/broker/port.js';
import { type Client, onBothBrokers, type TestChannel } from '../../support/both-brokers.js';
import { unique } from '../../support/shared-rabbitmq.js';

const NAMES: Readonly<Record<number, string>> = {
  403: 'ACCESS_REFUSED',
  404: 'NOT_FOUND',
  405: 'RESOURCE_LOCKED',
  406: 'PRECONDITION_FAILED',
};

/** Expects the error that amqplib makes of RabbitMQ's refusal. */
async function expectRefusal(
  client: Client,
  action: (channel: TestChannel) => unknown,
  method: string | undefined,
  code: number,
  reason: string,
): Promise<void> {
  const described = `${code} (${NAMES[code]!.replace('_', '-')}) with message "${NAMES[code]} - ${reason}"`;
  expect(await client.refusal(action)).toEqual({
    code,
    channel: `Channel closed by server: ${described}`,
    operation: method && `Operation failed: ${method}; ${described}`,
  });
}

const LOCKED =
  '. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.';

onBothBrokers((open) => {
  it("404: a missing queue or exchange can't be checked, bound or consumed", async () => {
    const client = await open();
    const missing = unique('missing');
    const queue = await client.queue();
    const no = (kind: string): string => `no ${kind} '${missing}' in vhost '/'`;
    const refused = (
      method: string,
      kind: string,
      action: (channel: TestChannel) => unknown,
    ): Promise<void> => expectRefusal(client, action, method, 404, no(kind));
    await refused('QueueDeclare', 'queue', (channel) => channel.checkQueue(missing));
    await refused('ExchangeDeclare', 'exchange', (channel) => channel.checkExchange(missing));
    await refused('QueueBind', 'queue', (channel) => channel.bindQueue(missing, 'amq.topic', 'a'));
    await refused('QueueBind', 'exchange', (channel) => channel.bindQueue(queue, missing, 'a'));
    await refused('ExchangeBind', 'exchange', (channel) => channel.bindExchange(missing, 'amq.topic', 'a'));
    await refused('BasicConsume', 'queue', (channel) => channel.consume(missing, () => undefined));
    await expectRefusal(
      client,
      (channel) => void channel.publish(missing, 'a', Buffer.alloc(0), {}, () => undefined),
      undefined,
      404,
      no('exchange'),
    );
  });

  it('403: names that begin with amq. and the default exchange belong to the broker', async () => {
    const client = await open();
    const queue = await client.queue();
    const own = "contains reserved prefix 'amq.*'";
    const refused = (
      method: string,
      action: (channel: TestChannel) => unknown,
      reason: string,
    ): Promise<void> => expectRefusal(client, action, method, 403, reason);
    await refused('QueueDeclare', (channel) => channel.assertQueue('amq.x', {}), `queue name 'amq.x' ${own}`);
    await refused(
      'ExchangeDeclare',
      (channel) => channel.assertExchange('amq.x', 'topic', {}),
      `exchange name 'amq.x' ${own}`,
    );
    await refused(
      'ExchangeDelete',
      (channel) => channel.deleteExchange('amq.topic'),
      "deletion of system exchange 'amq.topic' in vhost '/' not allowed",
    );
    const theDefault = 'operation not permitted on the default exchange';
    await refused('QueueBind', (channel) => channel.bindQueue(queue, '', 'a'), theDefault);
    await refused('ExchangeDeclare', (channel) => channel.assertExchange('', 'direct', {}), theDefault);
    await refused('ExchangeDeclare', (channel) => channel.checkExchange(''), theDefault);
    await refused('ExchangeDelete', (channel) => channel.deleteExchange(''), theDefault);
    await refused('QueueUnbind', (channel) => channel.unbindQueue(queue, '', queue), theDefault);
    await refused('ExchangeBind', (channel) => channel.bindExchange('', 'amq.topic', 'a'), theDefault);
    const { queue: named } = await client.channel.assertQueue('', { exclusive: true });
    await refused(
      'QueueDeclare',
      (channel) => channel.assertQueue(named, {}),
      `queue name '${named}' ${own}`,
    );
  });

  it('405: an exclusive queue is locked for other connections, and for other declarations', async () => {
    const client = await open();
    const other = await client.another();
    const queue = await client.queue({}, { exclusive: true, durable: false });
    const shared = await client.queue();
    const locked = (name: string): string =>
      `cannot obtain exclusive access to locked queue '${name}' in vhost '/'${LOCKED}`;
    const refused = (
      by: Client,
      method: string,
      name: string,
      action: (channel: TestChannel) => unknown,
    ): Promise<void> => expectRefusal(by, action, method, 405, locked(name));
    await client.channel.checkQueue(queue);
    await refused(other, 'QueueDeclare', queue, (channel) => channel.checkQueue(queue));
    await refused(other, 'QueueDeclare', queue, (channel) =>
      channel.assertQueue(queue, { exclusive: true, durable: false }),
    );
    await refused(other, 'QueueBind', queue, (channel) => channel.bindQueue(queue, 'amq.topic', 'a'));
    await refused(other, 'BasicConsume', queue, (channel) => channel.consume(queue, () => undefined));
    await refused(other, 'QueueDelete', queue, (channel) => channel.deleteQueue(queue));
    await refused(client, 'QueueDeclare', queue, (channel) => channel.assertQueue(queue, { durable: false }));
    await refused(client, 'QueueDeclare', shared, (channel) =>
      channel.assertQueue(shared, { exclusive: true, durable: false }),
    );
    // All connections may publish to it.
    await other.publish('', queue, 'm', { mandatory: true });
    expect(await client.bodies(queue, 1)).toEqual(['m']);
  });

  it("406: a queue can't be declared again with other settings or arguments", async () => {
    const client = await open();
    const queue = await client.queue({ 'x-message-ttl': 60_000, 'x-dead-letter-exchange': 'a' });
    const same = { 'x-message-ttl': 60_000, 'x-dead-letter-exchange': 'a' };
    const cases: [declared: object, argument: string, difference: string][] = [
      [{ durable: true, arguments: same }, 'durable', "received 'true' but current is 'false'"],
      [{ autoDelete: true, arguments: same }, 'auto_delete', "received 'true' but current is 'false'"],
      [
        { arguments: { ...same, 'x-message-ttl': 7 } },
        'x-message-ttl',
        "received '7' but current is '60000'",
      ],
      [
        { arguments: { ...same, 'x-dead-letter-exchange': 'b' } },
        'x-dead-letter-exchange',
        "received 'b' but current is 'a'",
      ],
      [
        { arguments: { 'x-message-ttl': 60_000 } },
        'x-dead-letter-exchange',
        "received none but current is the value 'a' of type 'longstr'",
      ],
      [
        { arguments: { ...same, 'x-expires': 90_000 } },
        'x-expires',
        "received the value '90000' of type 'signedint' but current is none",
      ],
      [
        { arguments: { ...same, 'x-single-active-consumer': true } },
        'x-single-active-consumer',
        "received the value 'true' of type 'bool' but current is none",
      ],
    ];
    for (const [declared, argument, difference] of cases) {
      await expectRefusal(
        client,
        (channel) => channel.assertQueue(queue, { durable: false, ...declared }),
        'QueueDeclare',
        406,
        `inequivalent arg '${argument}' for queue '${queue}' in vhost '/': ${difference}`,
      );
    }
  });

  it("406: an exchange can't be declared again with other settings or arguments", async () => {
    const client = await open();
    const exchange = await client.exchange('topic');
    const cases: [type: string, declared: object, argument: string, difference: string][] = [
      ['direct', {}, 'type', "received 'direct' but current is 'topic'"],
      ['topic', { durable: true }, 'durable', "received 'true' but current is 'false'"],
      ['topic', { autoDelete: true }, 'auto_delete', "received 'true' but current is 'false'"],
      [
        'topic',
        { arguments: { 'alternate-exchange': 'x' } },
        'alternate-exchange',
        "received the value 'x' of type 'longstr' but current is none",
      ],
    ];
    for (const [type, declared, argument, difference] of cases) {
      await expectRefusal(
        client,
        (channel) => channel.assertExchange(exchange, type, { durable: false, ...declared }),
        'ExchangeDeclare',
        406,
        `inequivalent arg '${argument}' for exchange '${exchange}' in vhost '/': ${difference}`,
      );
    }
  });

  describe('406: the arguments of a queue', () => {
    const integers = ['x-message-ttl', 'x-expires', 'x-max-length', 'x-max-length-bytes', 'x-max-priority'];
    it.each<[args: Table, argument: string, problem: string]>([
      ...integers.flatMap((name): [Table, string, string][] => [
        [{ [name]: -1 }, name, '{value_negative,-1}'],
        [{ [name]: '1' }, name, '"expected integer, got longstr"'],
        [{ [name]: 1.5 }, name, '"expected integer, got double"'],
      ]),
      [{ 'x-expires': 0 }, 'x-expires', '{value_zero,0}'],
      [{ 'x-message-ttl': 2 ** 40 }, 'x-message-ttl', '{value_too_large,1099511627776}'],
      [{ 'x-max-priority': 256 }, 'x-max-priority', '{max_value_exceeded,256}'],
      [{ 'x-overflow': 'x' }, 'x-overflow', 'invalid_overflow'],
      [{ 'x-overflow': 1 }, 'x-overflow', '{unacceptable_type,byte}'],
      [{ 'x-queue-mode': 'x' }, 'x-queue-mode', '"unsupported queue mode \'x\'"'],
      [{ 'x-queue-mode': 1 }, 'x-queue-mode', '{unacceptable_type,byte}'],
      [{ 'x-queue-version': 5 }, 'x-queue-version', '"unsupported queue version \'5\'"'],
      [{ 'x-queue-type': 'x' }, 'x-queue-type', '"unsupported queue type \'x\'"'],
      [{ 'x-queue-type': 1 }, 'x-queue-type', '{unacceptable_type,byte}'],
      [{ 'x-single-active-consumer': 'true' }, 'x-single-active-consumer', '{unacceptable_type,longstr}'],
      [{ 'x-dead-letter-routing-key': 'a' }, 'x-dead-letter-routing-key', 'routing_key_but_no_dlx_defined'],
      [
        { 'x-dead-letter-exchange': 'a', 'x-dead-letter-routing-key': 300 },
        'x-dead-letter-routing-key',
        '{unacceptable_type,short}',
      ],
    ])('%o are refused', async (args, argument, problem) => {
      const client = await open();
      // Since 4.3, RabbitMQ does not check this argument.
      if (argument === 'x-queue-mode' && client.version.isSince(4, 3)) return;
      const queue = client.deleteLater(unique('queue'));
      await expectRefusal(
        client,
        (channel) => channel.assertQueue(queue, { durable: false, arguments: args }),
        'QueueDeclare',
        406,
        `invalid arg '${argument}' for queue '${queue}' in vhost '/': ${problem}`,
      );
    });

    it.each<[what: string, declared: object, problem: (queue: string) => string]>([
      [
        'a limit of deliveries of a classic queue',
        { arguments: { 'x-delivery-limit': 5 } },
        (queue) => `invalid arg 'x-delivery-limit' for ${queue} of queue type rabbit_classic_queue`,
      ],
      [
        'priorities of a quorum queue',
        { arguments: { 'x-queue-type': 'quorum', 'x-max-priority': 5 } },
        (queue) => `invalid arg 'x-max-priority' for ${queue} of queue type rabbit_quorum_queue`,
      ],
      [
        'a strategy for dead letters that there is not',
        { arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-strategy': 'never' } },
        (queue) => `invalid arg 'x-dead-letter-strategy' for ${queue}: invalid_dlx_strategy`,
      ],
      [
        'a strategy for dead letters of a classic queue',
        { arguments: { 'x-dead-letter-strategy': 'at-least-once' } },
        (queue) => `invalid arg 'x-dead-letter-strategy' for ${queue} of queue type rabbit_classic_queue`,
      ],
      [
        'a quorum queue that is not durable',
        { durable: false, arguments: { 'x-queue-type': 'quorum' } },
        (queue) => `invalid property 'non-durable' for ${queue}`,
      ],
      [
        'a quorum queue that is exclusive',
        { exclusive: true, arguments: { 'x-queue-type': 'quorum' } },
        (queue) => `invalid property 'exclusive-owner' for ${queue}`,
      ],
      [
        'a quorum queue that is deleted by itself',
        { autoDelete: true, arguments: { 'x-queue-type': 'quorum' } },
        (queue) => `invalid property 'auto-delete' for ${queue}`,
      ],
      [
        'a dead-letter exchange that is no name',
        { arguments: { 'x-dead-letter-exchange': 1 } },
        (queue) => `invalid type 'byte' for arg 'x-dead-letter-exchange' in ${queue}`,
      ],
    ])('refuse %s', async (_, declared, problem) => {
      const client = await open();
      const queue = client.deleteLater(unique('queue'));
      const reason = problem(`queue '${queue}' in vhost '/'`);
      await expectRefusal(
        client,
        (channel) => channel.assertQueue(queue, declared),
        'QueueDeclare',
        406,
        reason,
      );
    });
  });

  it('406: a headers binding needs a known x-match, and an alternate exchange needs a name', async () => {
    const client = await open();
    const queue = await client.queue();
    for (const [match, reason] of [
      ['x', 'Invalid x-match field value <<"x">>; expected all, any, all-with-x, or any-with-x'],
      [5, 'Invalid x-match field type byte (value 5); expected longstr'],
    ]) {
      await expectRefusal(
        client,
        (channel) => channel.bindQueue(queue, 'amq.headers', '', { 'x-match': match }),
        'QueueBind',
        406,
        reason as string,
      );
    }
    const exchange = unique('exchange');
    await expectRefusal(
      client,
      (channel) => channel.assertExchange(exchange, 'topic', { arguments: { 'alternate-exchange': 1 } }),
      'ExchangeDeclare',
      406,
      `invalid type 'byte' for arg 'alternate-exchange' in exchange '${exchange}' in vhost '/'`,
    );
  });

  it("406: a delivery tag that is not outstanding can't be settled, and outstanding messages go back", async () => {
    const client = await open();
    const queue = await client.queue();
    await client.send(queue, '1');
    const consumer = await client.consume(queue);
    const [message] = await consumer.whenCount(1);
    const unknown = { ...message!, fields: { ...message!.fields, deliveryTag: 5 } };
    for (const settle of [
      (channel: TestChannel) => channel.ack(unknown),
      (channel: TestChannel) => channel.ack(unknown, true),
      (channel: TestChannel) => channel.nack(unknown),
    ]) {
      await expectRefusal(client, settle, undefined, 406, 'unknown delivery tag 5');
    }
    const closed = new Promise<void>((resolve) => consumer.channel.once('close', resolve));
    consumer.channel.nack(unknown, false, false);
    await closed;
    const [again] = await client.take(queue, 1);
    expect(again!.fields.redelivered).toBe(true);
  });

  it.each<[properties: object, reason: string]>([
    [{ expiration: 'soon' }, "invalid expiration 'soon': no_integer"],
    [{ expiration: '' }, "invalid expiration '': no_integer"],
    [{ expiration: '-1' }, "invalid expiration '-1': {value_negative,-1}"],
    [{ expiration: 1.5 }, `invalid expiration '1.5': {leftover_string,".5"}`],
    [{ expiration: 315_360_000_001 }, "invalid expiration '315360000001': {value_too_large,315360000001}"],
    [{ userId: 'somebody' }, "user_id property set to 'somebody' but authenticated user was 'guest'"],
    [{ headers: { CC: 'text' } }, 'invalid message: {unacceptable_type_in_header,"CC",longstr}'],
  ])('406: a message with %o is refused', async (properties, reason) => {
    const client = await open();
    const queue = await client.queue();
    const publish = (channel: TestChannel): void => {
      channel.publish('', queue, Buffer.alloc(0), properties, () => undefined);
    };
    await expectRefusal(client, publish, undefined, 406, reason);
  });

  it('requests on a channel after a refusal fail because the channel is closed', async () => {
    const client = await open();
    const queue = await client.queue();
    const { channel } = client;
    const closed = new Promise<void>((resolve) => channel.once('close', resolve));
    const answers = Promise.allSettled([
      channel.checkQueue(queue),
      channel.checkQueue(unique('missing')),
      channel.checkQueue(queue),
      channel.deleteQueue(queue),
    ]);
    await closed;
    const [before, refused, ...after] = await answers;
    expect(before!.status).toBe('fulfilled');
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 404 } });
    for (const { reason } of after as PromiseRejectedResult[]) {
      expect((reason as Error).message).toBe('Channel ended, no reply will be forthcoming');
    }
    const other = await client.another();
    await other.channel.checkQueue(queue);
  });

  it('503: an exchange of an unknown type closes the connection, or, since RabbitMQ 4, the channel with 406', async () => {
    const client = await open();
    const told: string[] = [];
    client.channel.on('error', (error: Error) => told.push(error.message));
    client.channel.on('close', () => told.push('channel: close'));
    client.connection.on('error', (error) => told.push(error.message));
    client.connection.on('close', () => told.push('connection: close'));
    const isOfVersion4 = client.version.isSince(4);
    await expect(client.channel.assertExchange(unique('exchange'), 'no-such', {})).rejects.toThrow(
      isOfVersion4
        ? "PRECONDITION_FAILED - unknown exchange type 'no-such'"
        : 'Channel ended, no reply will be forthcoming',
    );
    const ofConnection = [
      `Connection closed: 503 (COMMAND-INVALID) with message "COMMAND_INVALID - unknown exchange type 'no-such'"`,
      'channel: close',
      'connection: close',
    ];
    const ofChannel = [
      `Channel closed by server: 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - unknown exchange type 'no-such'"`,
      'channel: close',
    ];
    await expect.poll(() => told).toEqual(isOfVersion4 ? ofChannel : ofConnection);
  });
});
