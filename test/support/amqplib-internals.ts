import { createRequire } from 'node:module';

const fromHere = createRequire(import.meta.url);
const fromAmqplib = createRequire(fromHere.resolve('amqplib'));

/** Parts of amqplib's modules that it does not export. The caller gives the type. */
export function amqplibInternals<T>(...modules: string[]): T {
  return Object.assign({}, ...modules.map((name) => fromAmqplib(`./lib/${name}.js`))) as T;
}
