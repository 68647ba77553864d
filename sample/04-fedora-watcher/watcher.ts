import { Injectable } from '@nestjs/common';
import { Consumer, type Message, OnMessage } from 'nestjs-fedora-messaging';
import { OrderPlacedV1, OrderReadyV1, OvenBrokenV1 } from './schemas/bakery-messages/index.js';

/** Prints a line about each message. The classes come from a Python package: `schemas import` has generated them. */
@Injectable()
@Consumer()
export class Watcher {
  /** The type of the body comes from the Python package, too. */
  @OnMessage(OrderPlacedV1)
  onOrderPlaced(message: OrderPlacedV1): void {
    console.log(`order ${message.body.order.number}: ${message.summary}`);
  }

  @OnMessage(OrderReadyV1)
  onOrderReady(message: OrderReadyV1): void {
    console.log(`ready for ${message.body.order.customer}: ${message.summary}`);
  }

  @OnMessage(OvenBrokenV1)
  onOvenBroken(message: OvenBrokenV1): void {
    console.log(`warning: ${message.summary}`);
  }

  /** All messages that no other method takes, such as those of schemas that are not imported. */
  @OnMessage()
  onOther(message: Message): void {
    console.log(`other: ${message.summary}`);
  }
}
