import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { type Certificate, CertificateAuthority } from '../support/certificates.js';
import { RabbitMq } from '../support/rabbitmq.js';
import { FaultyProxy } from './support/faulty-proxy.js';
import { Traffic } from './support/traffic.js';

let ca: CertificateAuthority;
let client: Certificate;
let broker: RabbitMq;

beforeAll(async () => {
  ca = new CertificateAuthority();
  client = ca.issue('bodhi');
  broker = await RabbitMq.start({ tls: { ca: ca.cert, ...ca.issue('server', 'DNS:localhost') } });
  await broker.addUser('bodhi', '.*', '.*', '.*');
});

afterAll(async () => {
  await broker?.stop();
  ca?.remove();
});

/** A proxy before the broker, and traffic through it that logs in by its certificate. */
async function throughProxy(): Promise<{ proxy: FaultyProxy; traffic: Traffic }> {
  const proxy = await FaultyProxy.listen(() => broker.tlsPort);
  onTestFinished(() => proxy.close());
  const traffic = await Traffic.start({
    options: {
      amqpUrl: `amqps://localhost:${proxy.port}/`,
      tls: { caCert: ca.cert, certfile: client.cert, keyfile: client.key },
    },
  });
  return { proxy, traffic };
}

describe('over TLS, with a client certificate, no confirmed message is lost, and consumers go on, when', () => {
  it('connections are reset', async (context) => {
    const { proxy, traffic } = await throughProxy();
    for (let round = 0; round < 5; round++) {
      proxy.reset();
      traffic.ledger.faultOver();
      await traffic.ledger.whenRecovered();
    }
    await traffic.finish(context, 'TLS: TCP reset, 5 times', { disconnections: 2 * 5 });
  });

  it('the broker is killed', async (context) => {
    const { traffic } = await throughProxy();
    await broker.kill('SIGKILL');
    await broker.boot();
    traffic.ledger.faultOver();
    await traffic.finish(context, 'TLS: kill -9 of the broker', { disconnections: 2 });
  });
});
