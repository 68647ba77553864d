import { ConfigurationException } from '../../exceptions/index.js';

/** The parts of a broker URL. */
export interface AmqpUrl {
  readonly protocol: 'amqp' | 'amqps' | 'memory';
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  /** Not enumerable, so that showing or copying the object leaves the password out. */
  readonly password: string;
  readonly vhost: string;
  /** How many times a consumer or `whenConnected()` tries the first connection; Infinity means for ever. */
  readonly connectionAttempts: number;
  /** The pause between two attempts of the first connection, in seconds. */
  readonly retryDelay: number;
  /** The heartbeat, in seconds; undefined takes the broker's value, 0 turns heartbeats off. */
  readonly heartbeat: number | undefined;
  /** How long connecting may take, in seconds. */
  readonly socketTimeout: number;
  /** How long the broker may block a connection before it is given up, in seconds; undefined means for ever. */
  readonly blockedConnectionTimeout: number | undefined;
  /** The largest frame, in bytes; undefined means the value that the client library and the broker agree on. */
  readonly frameMax: number | undefined;
  readonly channelMax: number | undefined;
  readonly locale: string | undefined;
  /** The names of options in the URL that only the Python library supports. */
  readonly ignoredOptions: readonly string[];
}

const PORTS = { amqp: 5672, amqps: 5671, memory: 0 };

// The WHATWG parser refuses an empty host with a port, which is a valid broker URL.
const URL_PARTS =
  /^(?<protocol>[a-z]+):\/\/(?:(?<userinfo>[^/?#]*)@)?(?<hostname>\[[^\]]*\]|[^:/?#@]*)(?::(?<port>[^/?#@]*))?(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?(?:#.*)?$/i;

/**
 * Parses a broker URL: `amqp[s]://USER:PASSWORD@HOST:PORT/VHOST?OPTIONS`. Every part after `//` is optional. White
 * space at the ends is ignored.
 *
 * @param source the setting that has the URL, for errors
 * @throws ConfigurationException that names the wrong part, without the password.
 */
export function parseAmqpUrl(given: string, source = 'amqpUrl, amqp_url'): AmqpUrl {
  const url = given.trim();
  const error = (problem: string): ConfigurationException =>
    new ConfigurationException(`The broker URL ${redactUrl(url)} (${source}): ${problem}`);
  if (/^[a-z]+:\/\/[^/?#]*[/?#].*@/i.test(url)) {
    // Never show the text after the '/': it may be half a password.
    throw error(
      `has an '@' after a '/', '?' or '#'; in a user or password write those %2F, %3F, %23, and '@' %40`,
    );
  }
  const parts = URL_PARTS.exec(url)?.groups;
  if (!parts) throw error('is not a URL; it must have the form amqp://USER:PASSWORD@HOST:PORT/VHOST?OPTIONS');
  const protocol = parts['protocol']!.toLowerCase();
  if (!isProtocol(protocol))
    throw error(`starts with '${protocol}:', but must start with amqp:, amqps: or memory:`);

  const port = parts['port'] || String(PORTS[protocol]);
  if (!/^\d+$/.test(port) || Number(port) > 65535) throw error('the port must be a number up to 65535');

  const decode = (text: string, what: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      throw error(`the ${what} has a '%' that is not followed by two hexadecimal digits; write it %25`);
    }
  };
  const [vhost = '', ...more] = (parts['path'] ?? '').split('/');
  if (more.some((segment) => segment !== '')) {
    throw error(`the virtual host '${parts['path']}' has a '/'; write it %2F`);
  }
  const [username, ...password] = parts['userinfo']?.split(':') ?? [];
  const noCredentials = !username && password.join('') === '';
  const query = queryOptions(parts['query'] ?? '', error, decode);
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
 * The parts of a URL that can't contain a secret, for errors. A mistake in the URL can make the password look like
 * another part: a missing `//`, a missing `@`, a space in front.
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

/** As in the Python library, a negative number of attempts means for ever. */
function attemptsOf(attempts = 1): number {
  return attempts < 0 ? Infinity : attempts;
}

const WHOLE_NUMBER = /^\d+$/;
/** A whole number, negative or positive. */
const NUMBER_EXCEPT_0 = /^-?0*[1-9]\d*$/;
const DECIMAL_NUMBER = /^\d+(\.\d+)?$/;
interface NumberOption {
  readonly form: RegExp;
  readonly min: number;
  readonly max: number;
  /** The right values, for an error. Default: the text that follows from form and limits. */
  readonly right?: string;
}

const NUMBER_OPTIONS: Record<string, NumberOption> = {
  connection_attempts: {
    form: NUMBER_EXCEPT_0,
    min: -Infinity,
    max: Infinity,
    right: 'a whole number of at least 1, or a negative number (for ever)',
  },
  retry_delay: { form: DECIMAL_NUMBER, min: 0, max: Infinity },
  heartbeat: { form: WHOLE_NUMBER, min: 0, max: 65535 },
  socket_timeout: { form: DECIMAL_NUMBER, min: Number.MIN_VALUE, max: Infinity },
  blocked_connection_timeout: { form: DECIMAL_NUMBER, min: 0, max: Infinity },
  // AMQP requires at least 4096. RabbitMQ's default is 131072.
  frame_max: { form: WHOLE_NUMBER, min: 4096, max: 0xffffffff },
  channel_max: { form: WHOLE_NUMBER, min: 1, max: 65535 },
};

/** Options of the Python library's client that have no equivalent here. */
const IGNORED_OPTIONS = ['stack_timeout', 'tcp_options', 'ssl_options', 'client_properties'];

function queryOptions(
  query: string,
  error: (problem: string) => ConfigurationException,
  decode: (text: string, what: string) => string,
): QueryOptions {
  const options: Record<string, number | string> = {};
  const ignored: string[] = [];
  for (const pair of query.split('&').filter(Boolean)) {
    const [name = '', ...rest] = pair.split('=');
    const value = decode(rest.join('='), `option '${name}'`);
    if (IGNORED_OPTIONS.includes(name)) {
      if (value !== '') ignored.push(name);
      continue;
    }
    const isKnown = name === 'locale' || Object.hasOwn(NUMBER_OPTIONS, name);
    // As in the Python library, an option without a value is ignored.
    if (value === '' && isKnown) continue;
    const number = Object.hasOwn(NUMBER_OPTIONS, name) ? NUMBER_OPTIONS[name] : undefined;
    if (number) {
      if (!number.form.test(value) || Number(value) < number.min || Number(value) > number.max) {
        const range =
          number.max === Infinity ? `of at least ${number.min}` : `from ${number.min} to ${number.max}`;
        const right = number.right ?? `a ${number.form === WHOLE_NUMBER ? 'whole ' : ''}number ${range}`;
        throw error(`the option '${name}' must be ${right}, but is '${value}'`);
      }
      options[name] = Number(value);
    } else if (name === 'locale') {
      options[name] = value;
    } else {
      throw error(
        `unknown option '${name}'; the options are ${[...Object.keys(NUMBER_OPTIONS), 'locale', ...IGNORED_OPTIONS].join(', ')}`,
      );
    }
  }
  return { ...options, ignored };
}
