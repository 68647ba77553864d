import { expect, it, vi } from 'vitest';
import { openConnection } from '../../../lib/broker/transports.js';
import { parseAmqpUrl } from '../../../lib/config/index.js';
import { memoryUrl } from '../../support/memory-url.js';

const embedded = vi.hoisted(() => ({ isLoaded: false }));
vi.mock('../../../lib/broker/embedded/index.js', (importOriginal) => {
  embedded.isLoaded = true;
  return importOriginal();
});

it('the embedded broker is loaded when the first memory:// URL is opened, and not before', async () => {
  expect(embedded.isLoaded).toBe(false);
  const url = parseAmqpUrl(memoryUrl());
  const connection = await openConnection(url, { tls: {}, clientProperties: {} });
  expect(embedded.isLoaded).toBe(true);
  await connection.model.close();
});
