import { Type } from 'class-transformer';
import { IsArray, IsDefined, IsString, ValidateNested } from 'class-validator';
import { Message } from 'nestjs-fedora-messaging';

class Build {
  @IsString() nvr!: string;
}

class Update {
  @IsString() alias!: string;
  /** The user who submitted the update. */
  @IsString() submitter!: string;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

export class UpdateBody {
  // @ValidateNested() alone accepts a body without this property.
  @IsDefined() @ValidateNested() @Type(() => Update) update!: Update;
  /** The user who acted on the update. */
  @IsString() agent!: string;
}

/** The common part of all messages about updates. Each message class extends it. */
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
