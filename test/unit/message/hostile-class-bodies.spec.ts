import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsInt, IsObject, IsString, ValidateNested } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { Message, MessageCodec, MessageSchema, ValidationError } from '../../../lib/index.js';

class Build {
  @IsString() nvr!: string;
  @IsInt() id!: number;
}

class Body {
  @IsArray() @ArrayMaxSize(3_000_000) @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

class StrictBody {
  @IsObject({ each: true }) @ValidateNested({ each: true }) @Type(() => Build) builds!: Build[];
}

@MessageSchema('hostile-class-bodies.builds', { body: Body })
class Builds extends Message<Body> {}

@MessageSchema('hostile-class-bodies.strict', { body: StrictBody })
class StrictBuilds extends Message<StrictBody> {}

const CLASSES: Record<string, typeof Message> = {
  'hostile-class-bodies.builds': Builds as never,
  'hostile-class-bodies.strict': StrictBuilds as never,
};

/** What is wrong with a body that comes from the wire. */
function failuresOf(
  body: object,
  schema = 'hostile-class-bodies.builds',
): { path: string; message: string }[] {
  const codec = new MessageCodec({ get: (name: string) => CLASSES[name] } as never);
  const headers = { fedora_messaging_schema: schema, fedora_messaging_severity: 20, 'sent-at': 'now' };
  try {
    codec.decode(
      {
        fields: { routingKey: 'a' },
        content: Buffer.from(JSON.stringify(body)),
        properties: { contentEncoding: 'utf-8', messageId: 'an id', headers },
      },
      'a queue',
    );
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return [...error.errors];
    throw error;
  }
}

const good = { nvr: 'kernel-1-1', id: 1 };

describe('a body class is asked about a body from the wire', () => {
  it('with each failure of a few, by its path, where most items are valid', () => {
    const builds = Array.from({ length: 1000 }, () => ({ ...good }) as object);
    builds[7] = { nvr: 5, id: 1 };
    builds[998] = { id: 'x' };
    expect(failuresOf({ builds })).toEqual([
      { path: '/body/builds/7/nvr', message: 'must be a string' },
      { path: '/body/builds/998/nvr', message: 'must be a string' },
      { path: '/body/builds/998/id', message: 'must be an integer number' },
    ]);
  });

  it('with 100 failures where a million items have two each, and not in a time that grows with them', () => {
    const builds = Array.from({ length: 1_000_000 }, () => ({}));
    expect(failuresOf({ builds })).toHaveLength(100);
  });

  it('with what is wrong with an array itself, next to its items', () => {
    expect(failuresOf({ builds: 'none' })).not.toEqual([]);
    expect(failuresOf({ builds: [null, 5, [good]] }).map(({ path }) => path)).toEqual([
      '/body/builds/0',
      '/body/builds/1',
    ]);
  });

  it('and none is accepted that only a rule for each item refuses', () => {
    expect(failuresOf({ builds: [good] }, 'hostile-class-bodies.strict')).toEqual([]);
    expect(failuresOf({ builds: [good, [good]] }, 'hostile-class-bodies.strict')).not.toEqual([]);
  });
});
