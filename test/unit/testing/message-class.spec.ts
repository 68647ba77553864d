import { readFileSync } from 'node:fs';
import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsString, Matches, ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  loads,
  Message,
  MessageCodec,
  MessageRegistry,
  MessageSchema,
  Severity,
  ValidationError,
} from '../../../lib/index.js';

class Build {
  @Matches(/^.+-[^-]+-[^-]+$/) nvr!: string;
}

class Update {
  @IsString() alias!: string;
  @ArrayNotEmpty() @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

class UpdateRequestedBody {
  @ValidateNested() @Type(() => Update) update!: Update;
  @IsString() agent!: string;
}

@MessageSchema('test.update.requested', {
  package: 'test-messages',
  topic: 'test.update.requested',
  body: UpdateRequestedBody,
})
class UpdateRequested extends Message<UpdateRequestedBody> {
  override get summary(): string {
    return `${this.agentName} submitted ${this.packages.join(', ')} to testing`;
  }

  override get agentName(): string {
    return this.body.agent;
  }

  override get usernames(): string[] {
    return [this.agentName];
  }

  override get packages(): string[] {
    return this.body.update.builds.map(({ nvr }) => nvr.replace(/-[^-]+-[^-]+$/, ''));
  }
}

/** A valid body, new for each test. */
function body(): UpdateRequestedBody {
  return { agent: 'bob', update: { alias: 'FEDORA-2026-1', builds: [{ nvr: 'kernel-6.12.1-100.fc43' }] } };
}

/** `docs/guides/testing.md` tests a message class in this way. */
describe('a message class, tested by itself', () => {
  it('has its topic and severity', () => {
    const message = new UpdateRequested({ body: body() });
    expect(message).toMatchObject({ topic: 'test.update.requested', severity: Severity.INFO });
  });

  it('accepts a valid body', () => {
    expect(() => new UpdateRequested({ body: body() }).validate()).not.toThrow();
  });

  it.each([
    ['no agent', { ...body(), agent: undefined }, '/body/agent must be a string'],
    [
      'no builds',
      { ...body(), update: { alias: 'a', builds: [] } },
      '/body/update/builds should not be empty',
    ],
    [
      'a build that is none',
      { ...body(), update: { alias: 'a', builds: [{ nvr: 'kernel' }] } },
      '/body/update/builds/0/nvr must match /^.+-[^-]+-[^-]+$/ regular expression',
    ],
  ])('refuses a body with %s', (_, invalid, summary) => {
    const message = new UpdateRequested({ body: invalid as never });
    expect(() => message.validate()).toThrow(
      expect.objectContaining({ constructor: ValidationError, summary }) as Error,
    );
  });

  it('has a summary for people', () => {
    const message = new UpdateRequested({ body: body() });
    expect(message.summary).toBe('bob submitted kernel to testing');
    expect(message.agentAvatar).toMatch(/^https:\/\/seccdn\.libravatar\.org\/avatar\//);
  });

  it('is published with the headers that filter notifications', () => {
    const codec = new MessageCodec(MessageRegistry.of(UpdateRequested));
    const { properties } = codec.encode(new UpdateRequested({ body: body() }));
    expect(properties.headers).toMatchObject({
      fedora_messaging_schema: 'test.update.requested',
      fedora_messaging_schema_package: 'test-messages',
      fedora_messaging_severity: 20,
      fedora_messaging_user_bob: true,
      fedora_messaging_rpm_kernel: true,
    });
  });

  it('is received as it was sent', () => {
    const codec = new MessageCodec(MessageRegistry.of(UpdateRequested));
    const message = new UpdateRequested({ body: body() });
    const { routingKey, content, properties } = codec.encode(message);
    const received = codec.decode({ fields: { routingKey }, content, properties }, 'a-queue');
    expect(received).toBeInstanceOf(UpdateRequested);
    expect(received.equals(message)).toBe(true);
    expect(received.summary).toBe(message.summary);
  });

  it('still accepts the messages of earlier releases', () => {
    const file = new URL('../../support/update-requested.jsonl', import.meta.url);
    const recorded = loads(readFileSync(file, 'utf8'), MessageRegistry.of(UpdateRequested));
    for (const message of recorded) message.validate();
    expect(recorded.map(({ summary }) => summary)).toEqual([
      'bob submitted kernel to testing',
      'ada submitted bash, python3.13 to testing',
    ]);
  });
});
