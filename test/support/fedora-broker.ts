import { type Certificate, CertificateAuthority } from './certificates.js';
import { RabbitMq } from './rabbitmq.js';

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/**
 * The virtual host of users with an account: they have their own certificates, and administrators make their queues.
 */
const PRIVATE = '/pubsub';
/** The virtual host that everybody may read from, with the same certificate. */
const PUBLIC = '/public_pubsub';
/** The user who makes what the tests need, for RabbitMQ's log. */
const BY = '<<"test">>';

/** The settings of an application on one of the buses. */
export interface FedoraBusSettings {
  readonly amqpUrl: string;
  readonly passiveDeclares: boolean;
  readonly tls: { readonly caCert: string; readonly certfile: string; readonly keyfile: string };
}

/**
 * A RabbitMQ with the rules of Fedora's broker: TLS, login by client certificate only, no configuring, topic
 * permissions, queues that its administrators have made.
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
      await rabbit.evaluate(`ok = rabbit_vhost:add(${binary(vhost)}, ${BY}).`);
    }
    await broker.addPublicUsers();
    return broker;
  }

  /** Makes an account of the private bus, which may publish under its own topic. */
  async addAccount(name: string, topic = `org.fedoraproject.prod.${name}`): Promise<void> {
    this.certificates.set(name, this.ca.issue(name));
    await this.addLogin(name);
    await this.permit(name);
    const topics = `^${topic.replaceAll('.', '\\.')}\\..*$`;
    await this.rabbit.evaluate(
      `ok = rabbit_auth_backend_internal:set_topic_permissions(${[name, PRIVATE, 'amq.topic', topics, '.*'].map(binary).join(', ')}, ${BY}).`,
    );
  }

  /**
   * Makes and binds a durable queue on the private bus, as an administrator does.
   *
   * @param args its arguments. Default: a classic queue, whose dropped messages are discarded
   */
  async addQueue(
    name: string,
    routingKeys: readonly string[],
    args: Readonly<Record<string, string | number>> = {},
  ): Promise<void> {
    const table = Object.entries(args).map(([key, value]) =>
      typeof value === 'number'
        ? `{${binary(key)}, long, ${value}}`
        : `{${binary(key)}, longstr, ${binary(value)}}`,
    );
    const resource = `rabbit_misc:r(<<"${PRIVATE}">>, queue, <<"${name}">>)`;
    await this.rabbit.evaluate(
      `{new, _} = rabbit_amqqueue:declare(${resource}, true, false, [${table.join(', ')}], none, <<"admin">>), ok.`,
    );
    for (const key of routingKeys)
      await this.rabbit.evaluate(
        `ok = rabbit_binding:add({binding, rabbit_misc:r(<<"${PRIVATE}">>, exchange, <<"amq.topic">>), <<"${key}">>, ${resource}, []}, <<"admin">>).`,
      );
  }

  /** Deletes a queue of the private bus while its account has no connection. */
  async replaceQueue(account: string, name: string, meanwhile: () => Promise<void>): Promise<void> {
    await this.rabbit.evaluate(
      `ok = rabbit_auth_backend_internal:clear_permissions(${binary(account)}, ${binary(PRIVATE)}, ${BY}).`,
    );
    await this.closeConnections(account);
    await this.rabbit.ctl('delete_queue', '-p', PRIVATE, name);
    await this.permit(account);
    await meanwhile();
    await this.addQueue(name, ['#']);
  }

  /** Ends the connections of an account, as an administrator can. */
  async closeConnections(account: string): Promise<void> {
    await this.rabbit.evaluate(
      `[rabbit_networking:close_connection(Pid, "closed by the test") || [{pid, Pid}, {user, User}] <- rabbit_networking:connection_info_all([pid, user]), User =:= ${binary(account)}].`,
    );
  }

  /** The settings of an account of the private bus. */
  settings(account: string): FedoraBusSettings {
    return this.settingsOf(account, PRIVATE);
  }

  /** The settings of everybody on the public bus. */
  get publicSettings(): FedoraBusSettings {
    return { ...this.settingsOf('fedora', PUBLIC), passiveDeclares: false };
  }

  /** The settings with which the broker's administrators publish on the public bus. */
  get administratorSettings(): FedoraBusSettings {
    return this.settingsOf('admin', PUBLIC);
  }

  /** The number of consumers of a queue of the public bus. */
  async consumersOf(queue: string): Promise<number> {
    const count = await this.rabbit.evaluate(
      `lists:sum([Count || [{name, {resource, _, _, Name}}, {consumers, Count}] <- rabbit_amqqueue:info_all(${binary(PUBLIC)}, [name, consumers]), Name =:= ${binary(queue)}]).`,
    );
    return Number(count);
  }

  /** The number of messages in a quorum queue of the private bus, with those that are not acknowledged. */
  async messagesIn(queue: string): Promise<number> {
    const count = await this.rabbit.evaluate(
      `{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(${binary(PRIVATE)}, queue, ${binary(queue)})), {ok, {_, Count}, _} = ra:leader_query(amqqueue:get_pid(Queue), fun rabbit_fifo:query_messages_total/1), Count.`,
    );
    return Number(count);
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

  /**
   * Gives an account its permissions.
   *
   * @param more a further exchange that it may write to
   */
  async permit(account: string, more = 'amq.topic'): Promise<void> {
    const own = (exchange: string): string =>
      `^(amq\\.topic)|(${exchange.replaceAll('.', '\\.')})|(${account}.*)$`;
    await this.setPermissions(account, PRIVATE, '^$', own(more), own('amq.topic'));
  }

  /** Makes an account of the private bus that may read its queues, but not bind them. */
  async addReader(name: string): Promise<void> {
    await this.addUser(name, PRIVATE, '^$', '^amq\\.topic$', `^(amq\\.topic)|(${name}.*)$`);
  }

  private async addPublicUsers(): Promise<void> {
    await this.addUser('admin', PUBLIC, '.*', '.*', '.*');
    await this.addUser('fedora', PUBLIC, `^${UUID}$`, `^${UUID}$`, `^(amq\\.topic)|(${UUID})$`);
    const limits = JSON.stringify({ 'max-length-bytes': 52_428_800, expires: 3_600_000 });
    await this.rabbit.evaluate(
      `ok = rabbit_policy:parse_set(${[PUBLIC, 'limits', '.*', limits].map(binary).join(', ')}, 0, <<"queues">>, ${BY}).`,
    );
  }

  private async addUser(name: string, vhost: string, ...permissions: string[]): Promise<void> {
    this.certificates.set(name, this.ca.issue(name));
    await this.addLogin(name);
    await this.setPermissions(name, vhost, ...permissions);
  }

  private async addLogin(name: string): Promise<void> {
    await this.rabbit.evaluate(
      `rabbit_auth_backend_internal:add_user(${binary(name)}, <<"a password that nobody uses">>, ${BY}).`,
    );
  }

  private async setPermissions(user: string, vhost: string, ...permissions: string[]): Promise<void> {
    const texts = [user, vhost, ...permissions].map(binary).join(', ');
    await this.rabbit.evaluate(`ok = rabbit_auth_backend_internal:set_permissions(${texts}, ${BY}).`);
  }
}

/** A text in Erlang's form. */
function binary(text: string): string {
  return `<<${JSON.stringify(text)}>>`;
}
