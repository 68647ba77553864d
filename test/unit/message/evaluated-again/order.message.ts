import { Message, MessageSchema } from 'nestjs-fedora-messaging';
import { NamedSchema } from './named-schema.js';

@MessageSchema('test.again.order')
export class Order extends Message {}

@NamedSchema('wrapped')
export class Wrapped extends Message {}
