import type { Message } from 'nestjs-fedora-messaging';
import {
  BuildStateChange,
  CoprBuildEnded,
  type EventBody,
  PullRequestOpened,
  TestFailed,
  UpdateCommented,
  UpdateRequested,
  VersionReleased,
} from './fedora-messages.js';

const PEOPLE = [
  'adamwill',
  'churchyard',
  'kevin',
  'ngompa',
  'nphilipp',
  'pingou',
  'remi',
  'sgallagh',
  'tflink',
];
const PACKAGES = [
  'kernel',
  'firefox',
  'python3.14',
  'gnome-shell',
  'systemd',
  'rust-tokio',
  'nodejs22',
  'podman',
];

type EventClass = new (init: { body: EventBody }) => Message<object>;

interface Event {
  readonly type: EventClass;
  /** How many of a hundred messages are of this class. */
  readonly share: number;
  readonly text: (who: string, name: string, number: number) => string;
  readonly url: (name: string, number: number) => string;
}

const EVENTS: readonly Event[] = [
  {
    type: BuildStateChange,
    share: 40,
    text: (who, name, n) => `${who}'s ${name}-${1 + (n % 9)}.${n % 20}.${n % 7}-1.fc44 completed`,
    url: (_, n) => `https://koji.fedoraproject.org/koji/buildinfo?buildID=${2_800_000 + n}`,
  },
  {
    type: CoprBuildEnded,
    share: 24,
    text: (who, name, n) => `Build ${9_100_000 + n} of ${name} in ${who}/testing ended: succeeded`,
    url: (_, n) => `https://copr.fedorainfracloud.org/coprs/build/${9_100_000 + n}/`,
  },
  {
    type: UpdateRequested,
    share: 12,
    text: (who, name, n) => `${who} submitted ${name}-${1 + (n % 9)}.${n % 20}-2.fc43 to testing`,
    url: (_, n) => `https://bodhi.fedoraproject.org/updates/FEDORA-2026-${hex(n)}`,
  },
  {
    type: UpdateCommented,
    share: 10,
    text: (who, name, n) => `${who} commented on the update of ${name} (karma: ${n % 3 === 0 ? -1 : 1})`,
    url: (_, n) => `https://bodhi.fedoraproject.org/updates/FEDORA-2026-${hex(n)}`,
  },
  {
    type: PullRequestOpened,
    share: 7,
    text: (who, name, n) => `${who} opened the pull request rpms/${name}#${1 + (n % 90)}`,
    url: (name, n) => `https://src.fedoraproject.org/rpms/${name}/pull-request/${1 + (n % 90)}`,
  },
  {
    type: VersionReleased,
    share: 4,
    text: (_, name, n) => `A new version of ${name} was found: ${1 + (n % 9)}.${n % 40}.0`,
    url: (_, n) => `https://release-monitoring.org/project/${n}/`,
  },
  {
    type: TestFailed,
    share: 3,
    text: (_, name, n) => `The tests of ${name}-${1 + (n % 9)}.${n % 20}-1.fc44 could not run`,
    url: (_, n) => `https://artifacts.dev.testing-farm.io/${hex(n)}/`,
  },
];

/** The same sequence of events each time: the message of this number. */
export function eventAt(number: number): Message<object> {
  const chance = scatter(number);
  let share = chance % 100;
  const event = EVENTS.find((candidate) => (share -= candidate.share) < 0)!;
  const agent = PEOPLE[(chance >> 7) % PEOPLE.length]!;
  const other = PEOPLE[(chance >> 11) % PEOPLE.length]!;
  const name = PACKAGES[(chance >> 15) % PACKAGES.length]!;
  const serial = chance % 10_000;
  return new event.type({
    body: {
      agent,
      users: [...new Set([agent, other])],
      packages: [name],
      text: event.text(agent, name, serial),
      url: event.url(name, serial),
    },
  });
}

/** A number below 2^28 that looks chosen by chance. */
export function scatter(number: number): number {
  return Math.imul((number + 1) ^ 0x5bd1, 0x9e37_79b1) >>> 4;
}

function hex(number: number): string {
  return (scatter(number) % 0x1_0000_0000).toString(16).padStart(10, '0').slice(0, 10);
}
