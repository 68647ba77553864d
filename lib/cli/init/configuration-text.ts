import { randomUUID } from 'node:crypto';
import type { TlsOptions } from '../../config/index.js';
import type { BusPreset } from './bus-presets.js';

/**
 * A configuration file for a bus, with a queue of its own. It has nothing that others must not see.
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
  return `# The files are read at each connection: when an update replaces them, the next connection uses the new ones.
[tls]
ca_cert = ${toml(caCert!)}
certfile = ${toml(certfile!)}
keyfile = ${toml(keyfile!)}
`;
}

function client(): string {
  return `# What the administrators of the broker see of you. Say who you are, and how they reach you.
[client_properties]
app = "my-application"
# app_url = "https://example.org/my-application"
# app_contacts_email = ["me@example.org"]
`;
}

function queueOf({ allTopics, someTopics, certificates }: BusPreset): string {
  const queue = randomUUID();
  const name = certificates
    ? '# The queue has a new UUID as its name; the public bus takes no other names. Make a new one for each program: programs\n# that share a queue share its messages.'
    : '# The queue has a new UUID as its name; any other name will do. Programs that share a queue share its messages.';
  const limits = certificates ? ' for about an hour, up to about 50 MB' : '';
  return `${name}
# The broker removes it when the program ends. To keep messages meanwhile${limits}: durable = true,
# auto_delete = false, exclusive = false.
[queues.${queue}]
durable = false
auto_delete = true
exclusive = true
arguments = {}

# Which messages the queue gets. ${toml(allTopics)} is all of them; ${toml(someTopics)} is those of one application.
[[bindings]]
queue = "${queue}"
exchange = "amq.topic"
routing_keys = [${toml(allTopics)}]
`;
}

function flow(): string {
  return `# How many messages are sent ahead of the one that is handled.
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
