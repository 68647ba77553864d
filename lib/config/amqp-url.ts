import { ConfigurationException } from '../exceptions/index.js';

/** A broker URL, taken apart. */
export interface AmqpUrl {
  readonly protocol: 'amqp' | 'amqps' | 'memory';
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  /** Not enumerable: nothing that shows or copies the object shows or copies it. */
  readonly password: string;
  readonly vhost: string;
  /** How often the first connection is tried for a consumer or `whenConnected()`; Infinity is for ever. */
  readonly connectionAttempts: number;
  /** Seconds between two attempts of the first connection. */
  readonly retryDelay: number;
  /** Seconds; undefined leaves it to the broker, 0 turns heartbeats off. */
  readonly heartbeat: number | undefined;
  /** Seconds that connecting may take. */
  readonly socketTimeout: number;
  /** Seconds after which a connection that the broker blocks is given up; undefined: never. */
  readonly blockedConnectionTimeout: number | undefined;
  /** Bytes; undefined leaves it to the client library and the broker. */
  readonly frameMax: number | undefined;
  readonly channelMax: number | undefined;
  readonly locale: string | undefined;
  /** Options that the reference knows, and that can't be honoured here, by name. */
  readonly ignoredOptions: readonly string[];
}

const PORTS = { amqp: 5672, amqps: 5671, memory: 0 };

// The WHATWG parser refuses an empty host with a port, which is a valid broker URL.
const URL_PARTS =
  /^(?<protocol>[a-z]+):\/\/(?:(?<userinfo>[^/?#]*)@)?(?<hostname>\[[^\]]*\]|[^:/?#@]*)(?::(?<port>[^/?#@]*))?(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?(?:#.*)?$/i;

/**
 * Takes a broker URL apart: `amqp[s]://USER:PASSWORD@HOST:PORT/VHOST?OPTIONS`, every part of which may be
 * missing. White space at its ends does not count.
 *
 * @param source where it was given, for errors
 * @throws ConfigurationException that says which part is wrong; without the password.
 */
export function parseAmqpUrl(given: string, source = 'amqpUrl, amqp_url'): AmqpUrl {
  const url = given.trim();
  const wrong = (problem: string): ConfigurationException =>
    new ConfigurationException(`The broker URL ${redactUrl(url)} (${source}): ${problem}`);
  if (/^[a-z]+:\/\/[^/?#]*[/?#].*@/i.test(url)) {
    // Never echo what follows: it may be half a password.
    throw wrong(
      `has an '@' after a '/', '?' or '#'; in a user or password write those %2F, %3F, %23, and '@' %40`,
    );
  }
  const parts = URL_PARTS.exec(url)?.groups;
  if (!parts) throw wrong('is not a URL; it must have the form amqp://USER:PASSWORD@HOST:PORT/VHOST?OPTIONS');
  const protocol = parts['protocol']!.toLowerCase();
  if (!isProtocol(protocol))
    throw wrong(`starts with '${protocol}:', but must start with amqp:, amqps: or memory:`);

  const port = parts['port'] || String(PORTS[protocol]);
  if (!/^\d+$/.test(port) || Number(port) > 65535) throw wrong('the port must be a number up to 65535');

  const decode = (text: string, what: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw wrong(`the ${what} has a '%' that is not followed by two hexadecimal digits; write it %25`);
    }
  };
  const [vhost = '', ...more] = (parts['path'] ?? '').split('/');
  if (more.some((segment) => segment !== '')) {
    throw wrong(`the virtual host '${parts['path']}' has a '/'; write it %2F`);
  }
  const [username, ...password] = parts['userinfo']?.split(':') ?? [];
  const noCredentials = !username && password.join('') === '';
  const query = queryOptions(parts['query'] ?? '', wrong, decode);
  const parsed = {
    protocol,
    hostname: parts['hostname']!.replace(/^\[|\]$/g, '') || 'localhost',
    port: Number(port),
    username: noCredentials ? 'guest' : decode(username ?? '', 'user'),
    vhost: decode(vhost, 'virtual host') || '/',
    connectionAttempts: attemptsOf(query.connection_attempts),
    retryDelay: query.retry_delay ?? 2,
    heartbeat: query.heartbeat,
    socketTimeout: query.socket_timeout ?? 10,
    blockedConnectionTimeout: query.blocked_connection_timeout,
    frameMax: query.frame_max,
    channelMax: query.channel_max,
    locale: query.locale,
    ignoredOptions: query.ignored,
  };
  const secret = noCredentials ? 'guest' : decode(password.join(':'), 'password');
  return Object.defineProperty(parsed, 'password', { value: secret }) as typeof parsed &
    Pick<AmqpUrl, 'password'>;
}

/**
 * A URL for errors, as far as it can't hold a secret. What is wrong with it may be the very thing that
 * makes its password look like something else: a missing `//`, a missing `@`, a space in front.
 */
function redactUrl(url: string): string {
  const [, scheme = '', rest = url] = /^([a-z]+:\/\/)(.*)$/is.exec(url) ?? [];
  const at = rest.lastIndexOf('@');
  const user = scheme && /^[\w.-]*(?=:)/.exec(rest)?.[0];
  const [place = ''] = rest.slice(at + 1).split('?');
  const withoutPort = /^(\[[^\]]*\]|[^:]*):(?!\d+(?:\/|$))/.exec(place)?.[1];
  return `${scheme}${at < 0 ? '' : `${user || ''}:***@`}${withoutPort === undefined ? place : `${withoutPort}:***`}`;
}

function isProtocol(protocol: string): protocol is AmqpUrl['protocol'] {
  return Object.hasOwn(PORTS, protocol);
}

interface QueryOptions {
  connection_attempts?: number;
  retry_delay?: number;
  heartbeat?: number;
  socket_timeout?: number;
  blocked_connection_timeout?: number;
  frame_max?: number;
  channel_max?: number;
  locale?: string;
  ignored: string[];
}

/** As in the Python library, a negative number of attempts is for ever. */
function attemptsOf(attempts = 1): number {
  return attempts < 0 ? Infinity : attempts;
}

const WHOLE = /^\d+$/;
/** Not 0. */
const ATTEMPTS = /^-?0*[1-9]\d*$/;
const DECIMAL = /^\d+(\.\d+)?$/;
interface NumberOption {
  readonly form: RegExp;
  readonly min: number;
  readonly max: number;
  /** What would be right, where form and limits don't say it. */
  readonly right?: string;
}

const NUMBERS: Record<string, NumberOption> = {
  connection_attempts: {
    form: ATTEMPTS,
    min: -Infinity,
    max: Infinity,
    right: 'a whole number of at least 1, or a negative one (for ever)',
  },
  retry_delay: { form: DECIMAL, min: 0, max: Infinity },
  heartbeat: { form: WHOLE, min: 0, max: 65535 },
  socket_timeout: { form: DECIMAL, min: Number.MIN_VALUE, max: Infinity },
  blocked_connection_timeout: { form: DECIMAL, min: 0, max: Infinity },
  // 4096 is AMQP's least; 131072 what RabbitMQ offers unless configured otherwise.
  frame_max: { form: WHOLE, min: 4096, max: 0xffffffff },
  channel_max: { form: WHOLE, min: 1, max: 65535 },
};

/** Options of the reference's client that the one here has nothing like. */
const IGNORED = ['stack_timeout', 'tcp_options', 'ssl_options', 'client_properties'];

function queryOptions(
  query: string,
  wrong: (problem: string) => ConfigurationException,
  decode: (text: string, what: string) => string,
): QueryOptions {
  const options: Record<string, number | string> = {};
  const ignored: string[] = [];
  for (const pair of query.split('&').filter(Boolean)) {
    const [name = '', ...rest] = pair.split('=');
    const value = decode(rest.join('='), `option '${name}'`);
    if (IGNORED.includes(name)) {
      if (value !== '') ignored.push(name);
      continue;
    }
    const isKnown = name === 'locale' || Object.hasOwn(NUMBERS, name);
    // As with the reference, an option without a value is none.
    if (value === '' && isKnown) continue;
    const number = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
    if (number) {
      if (!number.form.test(value) || Number(value) < number.min || Number(value) > number.max) {
        const range =
          number.max === Infinity ? `of at least ${number.min}` : `from ${number.min} to ${number.max}`;
        const right = number.right ?? `a ${number.form === WHOLE ? 'whole ' : ''}number ${range}`;
        throw wrong(`the option '${name}' must be ${right}, but is '${value}'`);
      }
      options[name] = Number(value);
    } else if (name === 'locale') {
      options[name] = value;
    } else {
      throw wrong(
        `unknown option '${name}'; the options are ${[...Object.keys(NUMBERS), 'locale', ...IGNORED].join(', ')}`,
      );
    }
  }
  return { ...options, ignored };
}
