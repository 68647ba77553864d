import { createRequire } from 'node:module';
import type { BodyClass } from './body-class.js';
import { plainBodyClassOf } from './plain-body-class.js';

// Applications without body classes are spared the loading, which takes a third of their start.
const require = createRequire(import.meta.url);

/** The JSON body as an instance of its class. */
export function toBodyInstance(bodyClass: BodyClass, json: unknown): object {
  const plain = plainBodyClassOf(bodyClass);
  if (plain) return plain.instantiate(json) as object;
  const { plainToInstance } = require('class-transformer') as typeof import('class-transformer');
  return plainToInstance(bodyClass, json);
}

/** The JSON that an instance stands for on the wire. */
export function fromBodyInstance(instance: object): unknown {
  const { instanceToPlain } = require('class-transformer') as typeof import('class-transformer');
  return instanceToPlain(instance);
}
