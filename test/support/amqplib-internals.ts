import { createRequire } from 'node:module';

const fromHere = createRequire(import.meta.url);
const fromAmqplib = createRequire(fromHere.resolve('amqplib'));

/** What modules of amqplib have that it does not export; typed by who asks. */
export function amqplibInternals<T>(...modules: string[]): T {
  return Object.assign({}, ...modules.map((name) => fromAmqplib(`./lib/${name}.js`))) as T;
}
