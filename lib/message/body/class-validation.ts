import type { ValidationError as ClassValidatorError } from 'class-validator';
import type { ValidationFailure } from '../../exceptions/index.js';
import type { BodyClass } from './body-class.js';
import { makingBodyInstance } from './body-instance.js';
import { boundedValidation, hasFailed } from './bounded-validation.js';
import { plainBodyClassOf } from './plain-body-class.js';

/**
 * Whether a JSON body is certainly valid, without making an instance. False means undecided: class-validator has to
 * check the body.
 */
export function isSurelyValid(bodyClass: BodyClass, json: unknown): boolean {
  return plainBodyClassOf(bodyClass)?.accepts(json) === true;
}

/** The most failures reported for one body. */
const MAX_FAILURES = 100;

/**
 * Checks a JSON body with class-validator. Returns at most {@link MAX_FAILURES} failures.
 *
 * @param keep is given the instance, if one is made of the whole body
 */
export function* jsonBodyFailures(
  bodyClass: BodyClass,
  json: unknown,
  path: string,
  keep: (instance: object) => void,
): Generator<void, ValidationFailure[]> {
  const refused = plainBodyClassOf(bodyClass)?.instantiateRefused(json, MAX_FAILURES) as object | undefined;
  const failures = refused ? yield* bodyClassFailures(refused, path) : [];
  // When class-validator accepts the refused parts, it has to check the whole body.
  if (failures.length > 0) return failures;
  const instance = yield* makingBodyInstance(bodyClass, json);
  keep(instance);
  yield;
  return yield* bodyClassFailures(instance, path);
}

/** Checks an instance of a body class with class-validator. Returns at most {@link MAX_FAILURES} failures. */
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
      // The path already names the property.
      const texts = Object.values(constraints).map((text) =>
        text.startsWith(`${property} `) ? text.slice(property.length + 1) : text,
      );
      failures.push({ path: where, message: texts.join('; ') });
    }
    collect(children, where, failures);
  }
}
