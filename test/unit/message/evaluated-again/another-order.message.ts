import { Message, MessageSchema } from 'nestjs-fedora-messaging';

@MessageSchema('test.again.order')
export class Order extends Message {}
