import { IsString } from 'class-validator';
import { Message, MessageSchema, Severity } from 'nestjs-fedora-messaging';

export class NotificationSentBody {
  /** The id of the message that the person was notified about. */
  @IsString() about!: string;
  @IsString({ each: true }) to!: string[];
}

/** A person was notified. */
@MessageSchema('notifier.sent', {
  package: 'notifier-messages',
  topic: 'notifier.sent',
  severity: Severity.DEBUG,
  body: NotificationSentBody,
})
export class NotificationSent extends Message<NotificationSentBody> {
  override get summary(): string {
    return `${this.usernames.join(', ')} were told of ${this.body.about}`;
  }

  override get usernames(): string[] {
    return this.body.to;
  }
}
