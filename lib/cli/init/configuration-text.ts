import { randomUUID } from 'node:crypto';
import type { TlsOptions } from '../../config/index.js';
import type { BusPreset } from './bus-presets.js';

/**
 * A configuration file for a bus, with a queue of its own. It contains no secret.
 *
 * @param file the name of the file, for the examples in its comments
 */
export function configurationText(
  preset: BusPreset,
  tls: Required<TlsOptions> | undefined,
  file: string,
): string {
  return [head(preset, file), ...(tls ? [tlsSection(tls)] : []), client(), queueOf(preset), flow()].join(
    '\n',
  );
}

function head({ title, amqpUrl, certificates }: BusPreset, file: string): string {
  const login = certificates
    ? '# Everybody logs in with the same certificate, so the URL has no password. Nobody can publish here.'
    : '# User and password go into the URL: amqp://USER:PASSWORD@HOST/VHOST. Without them, they are guest and guest.';
  return `# ${title}. The command and applications read this file, and so does fedora-messaging for Python.
#
#   $ fedora-messaging --conf ${commented(file)} consume
#
# prints each message. In an application: FedoraMessagingModule.forRoot({ configFile: ${commented(JSON.stringify(file))} })

${login}
amqp_url = ${toml(amqpUrl)}
`;
}

function tlsSection({ caCert, certfile, keyfile }: Required<TlsOptions>): string {
  return `# Each connection reads the files. When an update replaces them, the next connection uses the new files.
[tls]
ca_cert = ${toml(caCert!)}
certfile = ${toml(certfile!)}
keyfile = ${toml(keyfile!)}
`;
}

function client(): string {
  return `# The administrators of the broker see these properties. Say who you are, and how they reach you.
[client_properties]
app = "my-application"
# app_url = "https://example.org/my-application"
# app_contacts_email = ["me@example.org"]
`;
}

function queueOf({ allTopics, someTopics, certificates }: BusPreset): string {
  const queue = randomUUID();
  const name = certificates
    ? '# The queue has a new UUID as its name; the public bus refuses other names. Make a new UUID for each program: programs\n# that share a queue share its messages.'
    : '# The queue has a new UUID as its name; you may choose another name. Programs that share a queue share its messages.';
  const limits = certificates ? ', for about an hour, up to about 50 MB' : '';
  return `${name}
# The broker removes the queue when the program ends. Set durable = true, auto_delete = false, exclusive = false to keep
# its messages until the program runs again${limits}.
[queues.${queue}]
durable = false
auto_delete = true
exclusive = true
arguments = {}

# The queue gets messages with these routing keys: ${toml(allTopics)} matches all messages, ${toml(someTopics)} the messages of
# one application.
[[bindings]]
queue = "${queue}"
exchange = "amq.topic"
routing_keys = [${toml(allTopics)}]
`;
}

function flow(): string {
  return `# The broker sends up to this number of messages ahead of their handling.
[qos]
prefetch_count = 25
prefetch_size = 0
`;
}

/** A string in TOML; JSON writes the same, but for DEL. */
function toml(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

/** A text for a comment, which ends with its line. */
function commented(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
}
