import { Message, MessageSchema, Severity } from 'nestjs-fedora-messaging';

export interface NotificationSentBody {
  about: string;
  to: string;
}

/** A person was notified. A JSON Schema describes the body. */
@MessageSchema('quick-start.notification.sent', {
  package: 'quick-start-messages',
  topic: 'quick-start.notification.sent',
  severity: Severity.DEBUG,
  bodySchema: {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: { about: { type: 'string' }, to: { type: 'string' } },
    required: ['about', 'to'],
  },
})
export class NotificationSent extends Message<NotificationSentBody> {
  override get summary(): string {
    return `${this.body.to} was told`;
  }
}
