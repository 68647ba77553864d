import type { ValidationError as ClassValidatorError } from 'class-validator';
import type { ValidationFailure } from '../../exceptions/index.js';
import type { BodyClass } from './body-class.js';
import { toBodyInstance } from './body-instance.js';
import { boundedValidation, hasFailed } from './bounded-validation.js';
import { plainBodyClassOf } from './plain-body-class.js';

/**
 * Whether a body is surely valid as it is, without being made an instance. If not, class-validator has to
 * say what is wrong with it, and whether anything is.
 */
export function isSurelyValid(bodyClass: BodyClass, json: unknown): boolean {
  return plainBodyClassOf(bodyClass)?.accepts(json) === true;
}

/** How many failures are told of one body. */
const MAX_FAILURES = 100;

/** What class-validator finds wrong with a body of JSON: at most 100 failures. */
export function* jsonBodyFailures(
  bodyClass: BodyClass,
  json: unknown,
  path: string,
): Generator<void, ValidationFailure[]> {
  const refused = plainBodyClassOf(bodyClass)?.instantiateRefused(json, MAX_FAILURES) as object | undefined;
  const failures = refused ? yield* bodyClassFailures(refused, path) : [];
  // Where class-validator has nothing against what was refused, it has to see everything.
  if (failures.length > 0) return failures;
  const instance = toBodyInstance(bodyClass, json);
  yield;
  return yield* bodyClassFailures(instance, path);
}

/** What class-validator finds wrong with an instance of a body class: at most 100 failures. */
export function* bodyClassFailures(instance: object, path: string): Generator<void, ValidationFailure[]> {
  const failures: ValidationFailure[] = [];
  collect(yield* boundedValidation(instance, MAX_FAILURES), path, failures);
  return failures;
}

function collect(errors: ClassValidatorError[], path: string, failures: ValidationFailure[]): void {
  for (const error of errors) {
    const { property, constraints = {}, children = [] } = error;
    const where = `${path}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (hasFailed(error)) {
      // The path says already which property it is.
      const texts = Object.values(constraints).map((text) =>
        text.startsWith(`${property} `) ? text.slice(property.length + 1) : text,
      );
      failures.push({ path: where, message: texts.join('; ') });
    }
    collect(children, where, failures);
  }
}
