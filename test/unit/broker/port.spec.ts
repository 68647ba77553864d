import type * as amqplib from 'amqplib';
import { expectTypeOf, it } from 'vitest';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from '../../../lib/broker/port.js';

// `npm run typecheck` compiles this: the library uses amqplib's own objects, which tracing wraps.
it("amqplib's connections, channels and messages have the types of the port, without adapters", () => {
  expectTypeOf<amqplib.ChannelModel>().toExtend<ChannelModel>();
  expectTypeOf<amqplib.Channel>().toExtend<Channel>();
  expectTypeOf<amqplib.ConfirmChannel>().toExtend<ConfirmChannel>();
  expectTypeOf<amqplib.ConsumeMessage>().toExtend<ConsumeMessage>();
});
