import { MessageSchema } from 'nestjs-fedora-messaging';

/** As an application that has a decorator of its own may have it. */
export function NamedSchema(name: string): ReturnType<typeof MessageSchema> {
  return MessageSchema(`test.again.${name}`);
}
