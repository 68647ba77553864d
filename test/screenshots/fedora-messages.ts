import { Message, MessageSchema, Severity } from 'nestjs-fedora-messaging';

/** The part of a body that all messages of the pictures have. */
export interface EventBody extends Record<string, unknown> {
  agent: string;
  users: string[];
  packages: string[];
  text: string;
  url: string;
}

/** An event of one of Fedora's applications. */
abstract class FedoraEvent extends Message<EventBody> {
  abstract override get appName(): string;

  override get summary(): string {
    return this.body.text;
  }

  override get agentName(): string {
    return this.body.agent;
  }

  override get usernames(): string[] {
    return this.body.users;
  }

  override get packages(): string[] {
    return this.body.packages;
  }

  override get url(): string {
    return this.body.url;
  }

  override toString(): string {
    const { text, agent, packages, url } = this.body;
    return `${text}.\n\nBy ${agent}; packages: ${packages.join(', ')}.\n${url}`;
  }

  override get appIcon(): string {
    return `https://icons.example/${this.appName}.svg`;
  }
}

const bodySchema = {
  type: 'object',
  required: ['agent', 'users', 'packages', 'text', 'url'],
  properties: {
    agent: { type: 'string', examples: ['adamwill'] },
    users: { type: 'array', items: { type: 'string' } },
    packages: { type: 'array', items: { type: 'string' } },
    text: { type: 'string' },
    url: { type: 'string', format: 'uri' },
  },
};

@MessageSchema('buildsys.build.state.change', {
  topic: 'buildsys.build.state.change',
  package: 'koji-fedoramessaging-messages',
  bodySchema,
})
export class BuildStateChange extends FedoraEvent {
  override get appName(): string {
    return 'koji';
  }
}

@MessageSchema('bodhi.update.request.testing.v1', {
  topic: 'bodhi.update.request.testing',
  package: 'bodhi-messages',
  bodySchema,
})
export class UpdateRequested extends FedoraEvent {
  override get appName(): string {
    return 'bodhi';
  }
}

@MessageSchema('bodhi.update.comment.v1', {
  topic: 'bodhi.update.comment',
  package: 'bodhi-messages',
  bodySchema,
})
export class UpdateCommented extends FedoraEvent {
  override get appName(): string {
    return 'bodhi';
  }
}

@MessageSchema('copr.build.end', {
  topic: 'copr.build.end',
  package: 'copr-messaging',
  severity: Severity.DEBUG,
  bodySchema,
})
export class CoprBuildEnded extends FedoraEvent {
  override get appName(): string {
    return 'copr';
  }
}

@MessageSchema('pagure.pull-request.new', {
  topic: 'pagure.pull-request.new',
  package: 'pagure-messages',
  bodySchema,
})
export class PullRequestOpened extends FedoraEvent {
  override get appName(): string {
    return 'pagure';
  }
}

@MessageSchema('ci.koji-build.test.error', {
  topic: 'ci.koji-build.test.error',
  package: 'ci-messages',
  severity: Severity.ERROR,
  bodySchema,
})
export class TestFailed extends FedoraEvent {
  override get appName(): string {
    return 'ci';
  }
}

@MessageSchema('anitya.project.version.update.v2', {
  topic: 'anitya.project.version.update.v2',
  package: 'anitya-messages',
  bodySchema,
})
export class VersionReleased extends FedoraEvent {
  override get appName(): string {
    return 'anitya';
  }
}

/** A message that its application publishes for each update it has told people about. */
@MessageSchema('notifier.mail.sent', { topic: 'notifier.mail.sent', package: 'notifier-messages' })
export class MailSent extends Message<{ to: string[]; about: string }> {}
