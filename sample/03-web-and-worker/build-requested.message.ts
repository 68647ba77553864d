import { IsString, Matches } from 'class-validator';
import { Message, MessageSchema } from 'nestjs-fedora-messaging';

/** The body of the message, and of the HTTP request that asks for it. */
export class BuildRequestedBody {
  @Matches(/^[\w.+-]+$/) package!: string;
  @IsString() agent!: string;
}

/** A request to build a package. */
@MessageSchema('builds.requested', {
  package: 'builds-messages',
  topic: 'builds.requested',
  body: BuildRequestedBody,
})
export class BuildRequested extends Message<BuildRequestedBody> {
  override get summary(): string {
    return `${this.agentName} wants ${this.body.package} built`;
  }

  override get agentName(): string {
    return this.body.agent;
  }

  override get packages(): string[] {
    return [this.body.package];
  }
}
