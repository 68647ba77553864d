import { IsArray, IsIn, IsObject, IsOptional, IsString } from 'class-validator';
import { Message, type MessageInit, MessageSchema, Severity } from '../../../lib/index.js';

/** What the handler of the test application does with a message. */
export type Fate = 'process' | 'drop' | 'give back' | 'fail' | 'wait';
const FATES: readonly Fate[] = ['process', 'drop', 'give back', 'fail', 'wait'];

export class ParcelBody {
  @IsString() parcel!: string;
  /** The user who moved the parcel. */
  @IsString() courier!: string;
  /** The other users whom it concerns. */
  @IsArray() receivers!: string[];
  @IsIn(FATES) fate!: Fate;
  /** What people call the parcel. */
  @IsOptional() @IsString() label?: string;
  @IsOptional() @IsString() link?: string;
  @IsOptional() @IsString() icon?: string;
  @IsOptional() @IsObject() contents?: object;
}

/** A message that people and filters know everything about. */
@MessageSchema('post.parcel.moved.v1', {
  package: 'post-messages',
  topic: 'post.parcel.moved',
  body: ParcelBody,
})
export class ParcelMoved extends Message<ParcelBody> {
  override get summary(): string {
    return `${this.body.courier} moved ${this.body.label ?? this.body.parcel}`;
  }

  override get appName(): string {
    return 'Post office';
  }

  override get appIcon(): string {
    return this.body.icon ?? 'https://icons.example/post.png';
  }

  override get agentName(): string {
    return this.body.courier;
  }

  override get usernames(): string[] {
    return [this.body.courier, ...this.body.receivers];
  }

  override get packages(): string[] {
    return [this.body.parcel];
  }

  override get url(): string {
    return this.body.link ?? `https://post.example/parcels/${encodeURIComponent(this.body.parcel)}`;
  }

  override toString(): string {
    return `The parcel ${this.body.parcel} was moved.\nIts courier is ${this.body.courier}.`;
  }
}

/** A message of another schema, topic and severity. */
@MessageSchema('post.counter.closed.v1', {
  topic: 'post.counter.closed',
  severity: Severity.WARNING,
  body: ParcelBody,
})
export class CounterClosed extends ParcelMoved {
  override get summary(): string {
    return `${this.body.courier} closed the counter`;
  }
}

/** The body of a message about a parcel, with the parts that a test does not care about. */
export function parcelOf(parts: Partial<ParcelBody> = {}): MessageInit<ParcelBody> {
  return { body: { parcel: 'box', courier: 'ann', receivers: [], fate: 'process', ...parts } };
}

/** A message about a parcel. */
export function parcel(parts: Partial<ParcelBody> = {}): ParcelMoved {
  return new ParcelMoved(parcelOf(parts));
}
