/** The published body: an update of packages, with comments of people. */
export interface UpdateBody {
  /** Counts the messages of a run. */
  n: number;
  agent: string;
  update: {
    alias: string;
    status: string;
    karma: number;
    critpath: boolean;
    builds: { nvr: string; type: string; epoch: number }[];
  };
  comments: { author: string; text: string; karma: number }[];
}

export const UPDATE_SCHEMA = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  id: 'http://fedoraproject.org/message-schema/bench/update',
  type: 'object',
  properties: {
    n: { type: 'integer', minimum: 0 },
    agent: { type: 'string' },
    update: {
      type: 'object',
      properties: {
        alias: { type: 'string', pattern: '^FEDORA-[0-9]{4}-[0-9a-f]{10}$' },
        status: { enum: ['pending', 'testing', 'stable', 'unpushed', 'obsolete'] },
        karma: { type: 'integer' },
        critpath: { type: 'boolean' },
        builds: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              nvr: { type: 'string' },
              type: { type: 'string' },
              epoch: { type: 'integer', minimum: 0 },
            },
            required: ['nvr', 'type', 'epoch'],
          },
        },
      },
      required: ['alias', 'status', 'karma', 'critpath', 'builds'],
    },
    comments: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          author: { type: 'string' },
          text: { type: 'string' },
          karma: { type: 'integer', minimum: -1, maximum: 1 },
        },
        required: ['author', 'text', 'karma'],
      },
    },
  },
  required: ['n', 'agent', 'update', 'comments'],
};

const AGENTS = ['adamw', 'bodhi', 'churchyard', 'decathorpe', 'kevin', 'mattdm', 'pbrobinson', 'zbyszek'];
const PACKAGES = ['bash', 'curl', 'dnf5', 'firefox', 'glibc', 'kernel', 'python3.14', 'systemd'];
const COMMENT = 'Works for me on a laptop and on two servers, no regressions noted.';

/** Makes bodies of about this many bytes of JSON; the smallest is 200. */
export class UpdateBodies {
  private readonly variants: readonly UpdateBody[];

  constructor(size: number) {
    this.variants = AGENTS.map((agent, i) => grown(updateBy(agent, PACKAGES[i]!, i), size));
  }

  /** A body that differs from the bodies before it as much as real messages do. */
  at(n: number): UpdateBody {
    return { ...this.variants[n % this.variants.length]!, n };
  }
}

function updateBy(agent: string, packageName: string, i: number): UpdateBody {
  return {
    n: 0,
    agent,
    update: {
      alias: `FEDORA-2026-0a1b2c3d4${i}`,
      status: 'testing',
      karma: i % 3,
      critpath: i % 2 === 0,
      builds: [{ nvr: `${packageName}-5.2.37-${i + 1}.fc43`, type: 'rpm', epoch: 0 }],
    },
    comments: [],
  };
}

function grown(body: UpdateBody, size: number): UpdateBody {
  let bytes = JSON.stringify(body).length;
  while (bytes < size) {
    const room = size - bytes;
    const comment = { author: AGENTS[body.comments.length % AGENTS.length]!, text: COMMENT, karma: 1 };
    const length = JSON.stringify(comment).length + 1;
    if (length > room) break;
    body.comments.push(comment);
    bytes += length;
  }
  return body;
}

/** The packages of an update, in the form of filter headers. */
export function packagesOf({ update }: UpdateBody): string[] {
  return update.builds.map(({ nvr }) => nvr.replace(/-[^-]+-[^-]+$/, ''));
}
