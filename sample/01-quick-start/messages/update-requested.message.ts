import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsString, ValidateNested } from 'class-validator';
import { Message, MessageSchema } from 'nestjs-fedora-messaging';

class Build {
  @IsString() nvr!: string;
}

class Update {
  @IsString() alias!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

export class UpdateRequestedBody {
  @IsDefined() @ValidateNested() @Type(() => Update) update!: Update;
  @IsString() agent!: string;
}

/** An update was submitted. A class describes the body. */
@MessageSchema('quick-start.update.requested', {
  package: 'quick-start-messages',
  topic: 'quick-start.update.requested',
  body: UpdateRequestedBody,
})
export class UpdateRequested extends Message<UpdateRequestedBody> {
  override get summary(): string {
    return `${this.agentName} submitted ${this.packages.join(', ')} to testing`;
  }

  override get agentName(): string {
    return this.body.agent;
  }

  override get usernames(): string[] {
    return [this.body.agent];
  }

  override get packages(): string[] {
    return this.body.update.builds.map((build) => build.nvr.replace(/-[^-]+-[^-]+$/, ''));
  }
}
