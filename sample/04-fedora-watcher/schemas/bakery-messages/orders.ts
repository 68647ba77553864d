// bakery-messages 1.0.0 (MIT), by `fedora-messaging schemas import bakery-messages`. To change a class, extend it.
// Checksum: 578ef4a15567f4ce63173280b88e227b53d60ac4aa6f37c0dedeb50c203b9c7c

import { MessageSchema } from 'nestjs-fedora-messaging';
import * as py from 'nestjs-fedora-messaging/python';
import { BakeryMessage } from './base.js';
import type { OrderPlacedV1Body, OrderReadyV1Body } from './bodies.js';

/** A message about an order. */
export abstract class OrderMessage<
  Body extends object = Record<string, unknown>,
> extends BakeryMessage<Body> {
  override get usernames(): readonly string[] {
    return py.sorted(
      py.set([py.item(this.body, 'order', 'customer'), this.agentName]),
    ) as unknown as string[];
  }

  /** What the customer has ordered, with commas. */
  get items(): string {
    return py.join(', ', py.item(this.body, 'order', 'items'));
  }
}

/** A customer has placed an order. */
@MessageSchema('bakery.order.placed.v1', {
  package: 'bakery_messages',
  topic: 'bakery.order.placed',
  bodySchema: {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: {
      agent: { type: 'string' },
      order: {
        type: 'object',
        description: 'An order of a customer',
        properties: {
          number: { type: 'integer' },
          customer: { type: 'string' },
          items: {
            type: 'array',
            items: { type: 'string' },
          },
        },
        required: ['number', 'customer', 'items'],
      },
      note: { type: ['string', 'null'], description: 'A wish of the customer' },
    },
    required: ['agent', 'order'],
  },
})
export class OrderPlacedV1 extends OrderMessage<OrderPlacedV1Body> {
  override get summary(): string {
    let text: string = `${py.str(py.item(this.body, 'order', 'customer'))} ordered ${this.items}`;
    if (py.truth(py.get(this.body, 'note'))) {
      text = text + ` (${py.str(py.item(this.body, 'note'))})`;
    }
    return text;
  }
}

/** An order is ready. */
@MessageSchema('bakery.order.ready.v1', {
  package: 'bakery_messages',
  topic: 'bakery.order.ready',
  bodySchema: {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: {
      agent: { type: 'string' },
      order: {
        type: 'object',
        description: 'An order of a customer',
        properties: {
          number: { type: 'integer' },
          customer: { type: 'string' },
          items: {
            type: 'array',
            items: { type: 'string' },
          },
        },
        required: ['number', 'customer', 'items'],
      },
    },
    required: ['agent', 'order'],
  },
})
export class OrderReadyV1 extends OrderMessage<OrderReadyV1Body> {
  override get summary(): string {
    return `${py.str(this.agentName)} baked ${this.items} for ${py.str(py.item(this.body, 'order', 'customer'))}`;
  }
}
