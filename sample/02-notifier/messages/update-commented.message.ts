import { IsString } from 'class-validator';
import { MessageSchema } from 'nestjs-fedora-messaging';
import { UpdateBody, UpdateMessage } from './update.message.js';

export class UpdateCommentedBody extends UpdateBody {
  @IsString() text!: string;
}

/** A person or a robot commented on an update. Comments of robots have the severity DEBUG. */
@MessageSchema('updates.commented', {
  package: 'updates-messages',
  topic: 'updates.commented',
  body: UpdateCommentedBody,
})
export class UpdateCommented extends UpdateMessage<UpdateCommentedBody> {
  override get summary(): string {
    return `${this.agentName} commented on ${this.packages.join(', ')}: ${this.body.text}`;
  }
}
