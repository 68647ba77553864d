import type * as amqplib from 'amqplib';
import { expectTypeOf, it } from 'vitest';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from '../../../lib/broker/port.js';

// `npm run typecheck` compiles this: nothing stands between the library and amqplib's own objects, which tracing wraps.
it("amqplib's connections, channels and messages are the ones that the library asks for, as they are", () => {
  expectTypeOf<amqplib.ChannelModel>().toExtend<ChannelModel>();
  expectTypeOf<amqplib.Channel>().toExtend<Channel>();
  expectTypeOf<amqplib.ConfirmChannel>().toExtend<ConfirmChannel>();
  expectTypeOf<amqplib.ConsumeMessage>().toExtend<ConsumeMessage>();
});
