import type { ChannelModel } from 'amqplib';

/** What is used of @onify/fake-amqplib, and of smqp, the broker inside it; their types say less. */
export interface FakeAmqplib {
  readonly connections: readonly FakeConnection[];
  connect(url: string): Promise<FakeConnection>;
  /** Empties the brokers of all connections. */
  resetMock(): void;
}

/** A connection as amqplib's, and the broker at its other end. */
export interface FakeConnection extends ChannelModel {
  readonly _broker: Engine;
}

/** The broker. */
export interface Engine {
  getExchange(name: string): EngineExchange | undefined;
  /** @throws TypeError when the name is empty */
  getQueue(name: string): EngineQueue | undefined;
}

export interface EngineExchange {
  readonly type: 'topic' | 'direct' | 'fanout';
  readonly bindings: readonly EngineBinding[];
}

export interface EngineBinding {
  readonly queue: EngineQueue;
  readonly pattern: string;
}

export interface EngineQueue {
  readonly name: string;
  readonly consumerCount: number;
  /** All that are not acknowledged. */
  readonly messages: readonly EngineMessage[];
  /** The first one, or the first one that no consumer has. */
  peek(ignoreDelivered: boolean): EngineMessage | undefined;
  /** Takes the first one that no consumer has. */
  get(options: { noAck: true }): EngineMessage | false;
  queueMessage(fields: { routingKey: string; exchange: string }, content: Buffer, properties: object): void;
}

export interface EngineMessage {
  readonly fields: { readonly exchange: string; readonly routingKey: string };
  readonly content: Buffer;
  readonly properties: { readonly headers?: Record<string, unknown> | undefined };
}
