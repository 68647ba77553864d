import { Message } from 'nestjs-fedora-messaging';
import { NamedSchema } from './named-schema.js';

@NamedSchema('wrapped')
export class Wrapped extends Message {}
