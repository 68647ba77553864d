import { type Certificate, CertificateAuthority } from './certificates.js';
import { RabbitMq } from './rabbitmq.js';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** The virtual host of those who have an account: certificates of their own, queues made by the administrators. */
const PRIVATE = '/pubsub';
/** The virtual host that everybody may read from, with one certificate. */
const PUBLIC = '/public_pubsub';

/** The settings of an application on one of the buses. */
export interface FedoraBusSettings {
  readonly amqpUrl: string;
  readonly passiveDeclares: boolean;
  readonly tls: { readonly caCert: string; readonly certfile: string; readonly keyfile: string };
}

/**
 * A RabbitMQ with the rules of Fedora's: TLS, login by client certificate only, no configuring, topic permissions, queues
 * that its administrators have made.
 */
export class FedoraBroker {
  private readonly certificates = new Map<string, Certificate>();

  private constructor(
    private readonly ca: CertificateAuthority,
    readonly rabbit: RabbitMq,
  ) {}

  static async start(): Promise<FedoraBroker> {
    const ca = new CertificateAuthority("Fedora's CA");
    const rabbit = await RabbitMq.start({
      tls: { ca: ca.cert, ...ca.issue('server', 'DNS:localhost'), isOnlyLogin: true },
      config: ['heartbeat = 600', 'channel_max = 128'],
    });
    const broker = new FedoraBroker(ca, rabbit);
    for (const vhost of [PRIVATE, PUBLIC]) {
      await rabbit.ctl('add_vhost', vhost);
      await rabbit.ctl('set_permissions', '-p', vhost, 'guest', '.*', '.*', '.*');
    }
    await broker.addPublicUsers();
    return broker;
  }

  /** Makes an account of the private bus, which may publish what is under its topic. */
  async addAccount(name: string, topic = `org.fedoraproject.prod.${name}`): Promise<void> {
    this.certificates.set(name, this.ca.issue(name));
    await this.rabbit.ctl('add_user', name, 'a password that nobody uses');
    await this.permit(name);
    const topics = `^${topic.replaceAll('.', '\\.')}\\..*$`;
    await this.rabbit.ctl('set_topic_permissions', '-p', PRIVATE, name, 'amq.topic', topics, '.*');
  }

  /** Makes and binds a durable queue on the private bus, as an administrator does. */
  async addQueue(name: string, routingKeys: readonly string[]): Promise<void> {
    const resource = `rabbit_misc:r(<<"${PRIVATE}">>, queue, <<"${name}">>)`;
    await this.rabbit.evaluate(
      `{new, _} = rabbit_amqqueue:declare(${resource}, true, false, [], none, <<"admin">>), ok.`,
    );
    for (const key of routingKeys)
      await this.rabbit.evaluate(
        `ok = rabbit_binding:add({binding, rabbit_misc:r(<<"${PRIVATE}">>, exchange, <<"amq.topic">>), <<"${key}">>, ${resource}, []}, <<"admin">>).`,
      );
  }

  /** Takes a queue of the private bus away while its account has no connection. */
  async replaceQueue(account: string, name: string, meanwhile: () => Promise<void>): Promise<void> {
    await this.rabbit.ctl('clear_permissions', '-p', PRIVATE, account);
    await this.rabbit.ctl('close_all_user_connections', account, 'closed by the test');
    await this.rabbit.ctl('delete_queue', '-p', PRIVATE, name);
    await this.permit(account);
    await meanwhile();
    await this.addQueue(name, ['#']);
  }

  /** What an account of the private bus is configured with. */
  settings(account: string): FedoraBusSettings {
    return this.settingsOf(account, PRIVATE);
  }

  /** What everybody is configured with on the public bus. */
  get publicSettings(): FedoraBusSettings {
    return { ...this.settingsOf('fedora', PUBLIC), passiveDeclares: false };
  }

  /** What the broker's administrators publish on the public bus with. */
  get administratorSettings(): FedoraBusSettings {
    return this.settingsOf('admin', PUBLIC);
  }

  /** How many consumers a queue of the public bus has. */
  async consumersOf(queue: string): Promise<number> {
    const rows = await this.rabbit.ctl('list_queues', '-p', PUBLIC, 'name', 'consumers');
    const row = rows.split('\n').find((line) => line.startsWith(`${queue}\t`));
    return Number(row?.split('\t')[1] ?? 0);
  }

  async stop(): Promise<void> {
    await this.rabbit.stop();
    this.ca.remove();
  }

  private settingsOf(user: string, vhost: string): FedoraBusSettings {
    const { cert, key } = this.certificates.get(user)!;
    return {
      amqpUrl: `amqps://${user}:@localhost:${this.rabbit.tlsPort}/${encodeURIComponent(vhost)}`,
      passiveDeclares: true,
      tls: { caCert: this.ca.cert, certfile: cert, keyfile: key },
    };
  }

  private async permit(account: string): Promise<void> {
    const own = `^(amq\\.topic)|(${account}.*)$`;
    await this.rabbit.ctl('set_permissions', '-p', PRIVATE, account, '^$', own, own);
  }

  private async addPublicUsers(): Promise<void> {
    await this.addUser('admin', PUBLIC, '.*', '.*', '.*');
    await this.addUser('fedora', PUBLIC, `^${UUID}$`, `^${UUID}$`, `^(amq\\.topic)|(${UUID})$`);
    const limits = JSON.stringify({ 'max-length-bytes': 52_428_800, expires: 3_600_000 });
    await this.rabbit.ctl('set_policy', '-p', PUBLIC, 'limits', '.*', limits, '--apply-to', 'queues');
  }

  private async addUser(name: string, vhost: string, ...permissions: string[]): Promise<void> {
    this.certificates.set(name, this.ca.issue(name));
    await this.rabbit.ctl('add_user', name, 'a password that nobody uses');
    await this.rabbit.ctl('set_permissions', '-p', vhost, name, ...permissions);
  }
}
