import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsString, ValidateNested } from 'class-validator';
import { Message } from 'nestjs-fedora-messaging';

class Build {
  @IsString() nvr!: string;
}

class Update {
  @IsString() alias!: string;
  /** The user whose update it is. */
  @IsString() submitter!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

export class UpdateBody {
  // @ValidateNested() alone has nothing against a body without it.
  @IsDefined() @ValidateNested() @Type(() => Update) update!: Update;
  /** The user who did something to it. */
  @IsString() agent!: string;
}

/** What all messages about updates have in common; each kind extends it. */
export abstract class UpdateMessage<Body extends UpdateBody = UpdateBody> extends Message<Body> {
  override get agentName(): string {
    return this.body.agent;
  }

  override get usernames(): string[] {
    return [...new Set([this.body.update.submitter, this.body.agent])];
  }

  override get packages(): string[] {
    return this.body.update.builds.map((build) => build.nvr.replace(/-[^-]+-[^-]+$/, ''));
  }
}
