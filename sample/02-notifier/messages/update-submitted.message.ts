import { MessageSchema } from 'nestjs-fedora-messaging';
import { UpdateBody, UpdateMessage } from './update.message.js';

/** An update was submitted. */
@MessageSchema('updates.submitted', {
  package: 'updates-messages',
  topic: 'updates.submitted',
  body: UpdateBody,
})
export class UpdateSubmitted extends UpdateMessage {
  override get summary(): string {
    return `${this.agentName} submitted ${this.packages.join(', ')}`;
  }
}
