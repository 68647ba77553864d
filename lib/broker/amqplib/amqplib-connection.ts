import type { ChannelModel } from 'amqplib';
import { NoFreeChannels } from '../../exceptions/index.js';
import type { Channel, ConfirmChannel, OnConfirm, OpenConnection, Publication } from '../port.js';
import { ChannelNumbers } from './channel-numbers.js';
import { isNoChannelsLeft } from './errors.js';
import { assertFitsFrame } from './frame-limit.js';
import { HeaderTables } from './header-tables.js';
import { frameMaxOf, heartbeatOf, socketOf } from './internals.js';

/** A connection of amqplib. Its channels are amqplib's own, which tracing wraps. */
export class AmqplibConnection implements OpenConnection {
  readonly heartbeat: number;
  readonly rabbitMqVersion: string | undefined;
  private readonly frameMax: number;
  private readonly numbers: ChannelNumbers;
  private readonly headerTables = new HeaderTables();

  constructor(readonly model: ChannelModel) {
    this.heartbeat = heartbeatOf(model);
    const { product, version } = model.connection.serverProperties;
    this.rabbitMqVersion = product === 'RabbitMQ' ? version : undefined;
    this.frameMax = frameMaxOf(model);
    this.numbers = new ChannelNumbers(socketOf(model));
  }

  openChannel(): Promise<Channel> {
    return this.open(() => this.model.createChannel());
  }

  openConfirmChannel(options: { readonly highWaterMark: number }): Promise<ConfirmChannel> {
    return this.open(() => this.model.createConfirmChannel(options));
  }

  publish(channel: ConfirmChannel, publication: Publication, onConfirm: OnConfirm): boolean {
    const { exchange, routingKey, content, properties } = publication;
    assertFitsFrame(properties, this.frameMax);
    const { headers } = properties;
    if (headers) properties.headers = this.headerTables.lend(headers);
    try {
      return channel.publish(exchange, routingKey, content, properties, onConfirm);
    } finally {
      properties.headers = headers;
      this.headerTables.takeBack();
    }
  }

  /**
   * Destroys the socket if it is still open after a time. amqplib only ends its sockets: when the peer is gone, a
   * socket would stay open for as long as TCP tries.
   */
  cutAfter(milliseconds: number): void {
    const socket = socketOf(this.model);
    if (!socket || socket.destroyed) return;
    const timer = setTimeout(
      () => socket.destroy(new Error('The broker did not answer the closing handshake')),
      milliseconds,
    );
    socket.once('close', () => clearTimeout(timer));
  }

  private async open<C extends Channel>(create: () => Promise<C>): Promise<C> {
    await this.numbers.whenFree();
    try {
      const channel = await create();
      this.numbers.watch(channel);
      return channel;
    } catch (error) {
      if (!isNoChannelsLeft(error)) throw error;
      throw new NoFreeChannels(
        'The connection has as many channels as the broker allows (channel_max): use fewer consumers in one process, or raise the limit',
        { cause: error },
      );
    }
  }
}
