import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions as ServerOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  ConnectionException,
  FedoraMessagingService,
  Message,
  Publisher,
  type TlsOptions,
} from '../../lib/index.js';
import { startApp } from '../support/application.js';
import { type Certificate, CertificateAuthority } from '../support/certificates.js';
import { Collector } from '../support/collector.js';
import { RabbitMq } from '../support/rabbitmq.js';

let ca: CertificateAuthority;
let otherCa: CertificateAuthority;
let client: Certificate;
let broker: RabbitMq;

beforeAll(async () => {
  ca = new CertificateAuthority();
  otherCa = new CertificateAuthority('Another CA');
  client = ca.issue('bodhi');
  broker = await RabbitMq.start({
    tls: { ca: ca.cert, ...ca.issue('server', 'DNS:localhost,DNS:broker.example') },
  });
  await broker.addUser('bodhi', '.*', '.*', '.*');
});

afterAll(async () => {
  await broker?.stop();
  ca?.remove();
  otherCa?.remove();
});

const url = (userinfo: string, host = 'localhost', port = broker.tlsPort): string =>
  `amqps://${userinfo}@${host}:${port}/?connection_attempts=1`;

async function publisherWith(amqpUrl: string, tls: TlsOptions): Promise<Publisher> {
  return (await startApp({ options: { amqpUrl, tls } })).get(Publisher);
}

/** Resolves when an application has a connection. */
async function connect(amqpUrl: string, tls: TlsOptions): Promise<void> {
  await (await startApp({ options: { amqpUrl, tls } })).get(FedoraMessagingService).whenConnected();
}

/** The reason why there is no connection. */
function refusal(reason: RegExp): Error {
  return expect.objectContaining({
    constructor: ConnectionException,
    message: expect.stringMatching(reason) as string,
  }) as Error;
}

describe('a connection by TLS', () => {
  it('hides the password and the private key from a program that prints the service', async () => {
    const shownOf = async (userinfo: string, tls: TlsOptions): Promise<string> => {
      const app = await startApp({ options: { amqpUrl: url(userinfo), tls } });
      const service = app.get(FedoraMessagingService);
      await service.whenConnected();
      return inspect(service, { depth: 12 });
    };
    const byKey = await shownOf('bodhi:', { caCert: ca.cert, certfile: client.cert, keyfile: client.key });
    // The search goes as far as into the socket.
    expect(byKey).toContain('SecureContext');
    expect(byKey.includes('PRIVATE KEY')).toBe(false);
    const byPassword = await shownOf('guest:guest', { caCert: ca.cert });
    expect(byPassword).toContain('SecureContext');
    expect(byPassword.includes('password:')).toBe(false);
  });

  it('verifies the broker with the given CA, and logs in by password', async () => {
    const publisher = await publisherWith(url('guest:guest'), { caCert: ca.cert });
    await publisher.publish(new Message({ topic: 'x' }));
    expect(publisher.publishedCount).toBe(1);
  });

  it('logs in by the client certificate, whatever user the URL names', async () => {
    const app = await startApp({
      options: {
        amqpUrl: url('nobody:'),
        tls: { caCert: ca.cert, certfile: client.cert, keyfile: client.key },
      },
    });
    const service = app.get(FedoraMessagingService);
    const seen = new Collector();
    await service.consume((message: Message) => seen.add(message));
    await service.publish(new Message({ topic: 'by.certificate' }));
    expect((await seen.whenCount(1))[0]!.topic).toBe('by.certificate');
    const users = (await broker.ctl('list_connections', 'user'))
      .split('\n')
      .filter((line) => line === 'bodhi');
    expect(users).toHaveLength(2);
  });

  it('refuses a broker whose certificate is from another CA', async () => {
    await expect(connect(url('guest:guest'), { caCert: otherCa.cert })).rejects.toThrow(
      refusal(/self.signed|unable to (get|verify)/i),
    );
  });

  it('refuses a broker whose certificate the system does not trust, unless a CA is given', async () => {
    await expect(connect(url('guest:guest'), {})).rejects.toThrow(
      refusal(/self.signed|unable to (get|verify)/i),
    );
  });

  it('refuses a broker whose certificate is for another host', async () => {
    const byAddress = url('guest:guest', '127.0.0.1');
    await expect(connect(byAddress, { caCert: ca.cert })).rejects.toThrow(
      refusal(/does not match|not in the cert/),
    );
  });

  it('fails to log in by a certificate that the broker does not know', async () => {
    const stranger = ca.issue('stranger');
    const publisher = await publisherWith(url('guest:guest'), {
      caCert: ca.cert,
      certfile: stranger.cert,
      keyfile: stranger.key,
    });
    await expect(publisher.publish(new Message({ topic: 'x' }))).rejects.toThrow(
      expect.objectContaining({
        constructor: ConnectionException,
        message: expect.stringContaining('ACCESS_REFUSED'),
      }) as Error,
    );
  });
});

describe('a connection by insecure TLS is refused', () => {
  it('with an expired certificate', async () => {
    const port = await serve(ca.issueExpired('expired', 'DNS:localhost'));
    const expired = url('guest:guest', 'localhost', port);
    await expect(connect(expired, { caCert: ca.cert })).rejects.toThrow(refusal(/certificate has expired/));
  });

  it('with TLS 1.1, whatever the broker accepts', async () => {
    // Node itself offers TLS 1.1 here, as an old broker would; RabbitMQ on a current Erlang does not offer it.
    const port = await serve(ca.issue('old', 'DNS:localhost'), {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    const old = url('guest:guest', 'localhost', port);
    await expect(connect(old, { caCert: ca.cert })).rejects.toThrow(refusal(/version|protocol/i));
  });
});

/** A server that only completes the TLS handshake. @returns its port */
async function serve({ cert, key }: Certificate, options: ServerOptions = {}): Promise<number> {
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key), ...options });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('a password in a URL', () => {
  it('may have every reserved character, percent-encoded in the URL', async () => {
    const password = `p:/?#[]@!$&'()*+,;=% "<>\\^\`{|}~é`;
    await broker.ctl('add_user', 'reserved', password);
    await broker.ctl('set_permissions', 'reserved', '.*', '.*', '.*');
    const publisher = await publisherWith(url(`reserved:${encodeURIComponent(password)}`), {
      caCert: ca.cert,
    });
    await publisher.publish(new Message({ topic: 'x' }));
    expect(publisher.publishedCount).toBe(1);
  });
});
