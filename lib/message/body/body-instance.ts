import { createRequire } from 'node:module';
import type { BodyClass } from './body-class.js';
import { plainBodyClassOf } from './plain-body-class.js';

// class-transformer is loaded on first use: loading takes a third of an application's start.
const require = createRequire(import.meta.url);

/** Makes an instance of a body class from a JSON body. */
export function toBodyInstance(bodyClass: BodyClass, json: unknown): object {
  const plain = plainBodyClassOf(bodyClass);
  if (plain) return plain.instantiate(json) as object;
  const { plainToInstance } = require('class-transformer') as typeof import('class-transformer');
  return plainToInstance(bodyClass, json);
}

/** Makes the JSON of the wire from an instance. */
export function fromBodyInstance(instance: object): unknown {
  const { instanceToPlain } = require('class-transformer') as typeof import('class-transformer');
  return instanceToPlain(instance);
}
