import { MessageSchema } from 'nestjs-fedora-messaging';

/** An application may have a decorator of its own like this one. */
export function NamedSchema(name: string): ReturnType<typeof MessageSchema> {
  return MessageSchema(`test.again.${name}`);
}
