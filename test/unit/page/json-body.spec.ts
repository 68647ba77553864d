import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { jsonBodyOf } from '../../../lib/page/http/json-body.js';
import { RequestRefusal } from '../../../lib/page/http/request-refusal.js';

it('the body of a client that leaves before its end is refused like an unusable body, and is no error of the server', async () => {
  let reading: Promise<unknown> | undefined;
  const server = createServer((request) => {
    reading = jsonBodyOf(request);
    reading.catch(() => undefined);
    request.once('data', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{');
  await once(client, 'close');
  await expect(reading).rejects.toBeInstanceOf(RequestRefusal);
});
