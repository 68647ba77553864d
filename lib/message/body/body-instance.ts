import { atOnce } from '../wire/json/in-turns.js';
import type { BodyClass } from './body-class.js';
import { makingInstance, plainOf } from './class-transformer.js';
import { plainBodyClassOf } from './plain-body-class.js';

/** Makes an instance of a body class from a JSON body. */
export function toBodyInstance(bodyClass: BodyClass, json: unknown): object {
  return atOnce(makingBodyInstance(bodyClass, json));
}

/** Does what {@link toBodyInstance} does, in steps. */
export function* makingBodyInstance(bodyClass: BodyClass, json: unknown): Generator<void, object> {
  const plain = plainBodyClassOf(bodyClass);
  return plain ? (plain.instantiate(json) as object) : yield* makingInstance(bodyClass, json);
}

/** Makes the JSON of the wire from an instance. */
export function fromBodyInstance(instance: object): unknown {
  return plainOf(instance);
}
