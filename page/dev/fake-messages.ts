import type { MessageDetail, MessageRecord, SettledOutcome, SeverityName } from '../../lib/page/protocol.js';

type Kind = readonly [
  app: string,
  topic: string,
  schema: string,
  severity: SeverityName,
  summary: (user: string, name: string, number: number) => string,
];

const PROD = 'org.fedoraproject.prod';
const KINDS: readonly Kind[] = [
  [
    'bodhi',
    `${PROD}.bodhi.update.request.testing`,
    'bodhi.update.request.testing.v1',
    'info',
    (user, name, n) => `${user} submitted ${name}-6.${n % 90}-1.fc43 to testing`,
  ],
  [
    'koji',
    `${PROD}.buildsys.build.state.change`,
    'koji_fedoramessaging.build.state',
    'info',
    (user, name, n) => `${user}'s ${name}-${n % 20}.${n % 7}-1.fc44 completed`,
  ],
  [
    'bodhi',
    `${PROD}.bodhi.update.comment`,
    'bodhi.update.comment.v1',
    'info',
    (user, name, n) => `${user} commented on ${name}-2.${n % 40}-3.fc42 (karma: 1)`,
  ],
  [
    'koji',
    `${PROD}.buildsys.task.state.change`,
    'koji_fedoramessaging.task.state',
    'debug',
    (user, name, n) => `${user}'s scratch build of ${name} (task ${130_000_000 + n}) started`,
  ],
  [
    'pagure',
    'io.pagure.prod.pagure.git.receive',
    'pagure.git.receive.v1',
    'info',
    (user, name) => `${user} pushed 3 commits to rpms/${name} (branch rawhide)`,
  ],
  [
    'fas',
    `${PROD}.fas.group.member.sponsor`,
    'fas.group.member.sponsor.v1',
    'info',
    (user) => `${user} was sponsored in the group packager by kevin`,
  ],
  [
    'badges',
    `${PROD}.fedbadges.badge.award`,
    'fedbadges.badge.award.v1',
    'info',
    (user) => `${user} was awarded the badge “Is this thing on? (Updates-Testing I)”`,
  ],
  [
    'greenwave',
    `${PROD}.greenwave.decision.update`,
    'greenwave.decision.update.v1',
    'warning',
    (_, name, n) => `Greenwave: ${name}-${n % 9}.1 does not pass the policy of Fedora 43`,
  ],
  [
    'pungi',
    `${PROD}.pungi.compose.status.change`,
    'pungi.compose.v1',
    'error',
    (_, __, n) => `The compose Fedora-Rawhide-20260105.n.${n % 4} failed: no space left on the device`,
  ],
];
const USERS = ['adamwill', 'kevin', 'churchyard', 'decathorpe', 'siosm', 'zlopez', 'humaton', 'nphilipp'];
const NAMES = ['kernel', 'python3.14', 'firefox', 'rust-regex', 'glibc', 'gnome-shell', 'nodejs24', 'podman'];

const pick = <T>(items: readonly T[]): T => items[Math.floor(Math.random() ** 1.4 * items.length)]!;

/** A message as it comes, still in hand. */
export function fakeRecord(seq: number): MessageRecord {
  const [app, topic, schema, severity, summary] = pick(KINDS);
  const user = pick(USERS);
  const name = pick(NAMES);
  return {
    seq,
    bus: 'default',
    consumer: app === 'bodhi' ? 'UpdateNotifier' : 'Archiver',
    queue: app === 'bodhi' ? 'notifier' : 'archiver',
    id: crypto.randomUUID(),
    topic,
    schema,
    severity,
    app: { name: app, icon: `https://apps.fedoraproject.org/img/icons/${app}.png` },
    summary: summary(user, name, seq),
    agent: user,
    users: [user],
    packages: [name],
    url: `https://bodhi.fedoraproject.org/updates/FEDORA-2026-${seq}`,
    receivedAt: Date.now(),
    outcome: 'in-hand',
    bytes: 400 + Math.floor(Math.random() * 9_000),
    isRedelivered: seq % 40 === 0,
  };
}

interface Settled {
  readonly outcome: SettledOutcome;
  readonly milliseconds: number;
  readonly error?: string;
}

export function fakeOutcome(): Settled {
  const chance = Math.random();
  const milliseconds = Math.round(2 + Math.random() ** 6 * 900);
  if (chance < 0.9) return { outcome: 'processed', milliseconds };
  if (chance < 0.94) return { outcome: 'dropped', milliseconds };
  if (chance < 0.96) return { outcome: 'rejected', milliseconds };
  if (chance < 0.985) return { outcome: 'failed', milliseconds, error: 'The mail server refused the mail' };
  return { outcome: 'invalid', milliseconds: 0, error: '/body/update/alias must be a string' };
}

export function fakeDetail(record: MessageRecord): MessageDetail {
  const alias = record.outcome === 'invalid' ? 7 : 'FEDORA-2026-c4f5e0';
  return {
    record,
    headers: {
      fedora_messaging_schema: record.schema,
      fedora_messaging_severity: 20,
      'sent-at': new Date(record.receivedAt).toISOString(),
      priority: 0,
    },
    body: {
      agent: record.agent,
      update: {
        alias,
        status: 'pending',
        url: record.url,
        builds: record.packages.map((name) => ({ nvr: `${name}-6.12.1-100.fc43`, epoch: 0, signed: false })),
        notes: 'Update to the newest release.\n\nhttps://example.com',
        bugs: [],
        meets_testing_requirements: null,
      },
    },
    isRedacted: false,
    text: `${record.summary}\n\nNotes:\n  Update to the newest release, with fixes for three bugs.\n\n${record.url}`,
    priority: 0,
    properties: { contentType: 'application/json', contentEncoding: 'utf-8', deliveryMode: 2 },
    failures:
      record.outcome === 'invalid' ? [{ path: '/body/update/alias', message: 'must be a string' }] : [],
    ...(record.outcome === 'failed' && {
      error: { text: `MailError: ${record.error}`, stack: new Error(record.error).stack },
    }),
  };
}
