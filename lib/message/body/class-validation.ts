import { createRequire } from 'node:module';
import type { ValidationError as ClassValidatorError } from 'class-validator';
import type { ValidationFailure } from '../../exceptions/index.js';
import type { BodyClass } from './body-class.js';
import { toBodyInstance } from './body-instance.js';
import { plainBodyClassOf } from './plain-body-class.js';

// Applications without body classes are spared the loading.
const require = createRequire(import.meta.url);

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
export function jsonBodyFailures(bodyClass: BodyClass, json: unknown, path: string): ValidationFailure[] {
  const refused = plainBodyClassOf(bodyClass)?.instantiateRefused(json, MAX_FAILURES) as object | undefined;
  const failures = refused ? bodyClassFailures(refused, path) : [];
  // Where class-validator has nothing against what was refused, it has to see everything.
  if (failures.length > 0) return failures.slice(0, MAX_FAILURES);
  return bodyClassFailures(toBodyInstance(bodyClass, json), path).slice(0, MAX_FAILURES);
}

/** What class-validator finds wrong with an instance of a body class. */
export function bodyClassFailures(instance: object, path: string): ValidationFailure[] {
  const { validateSync } = require('class-validator') as typeof import('class-validator');
  const failures: ValidationFailure[] = [];
  collect(validateSync(instance, { forbidUnknownValues: false }), path, failures);
  return failures;
}

function collect(errors: ClassValidatorError[], path: string, failures: ValidationFailure[]): void {
  for (const { property, constraints, children } of errors) {
    const where = `${path}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (constraints) {
      // The path says already which property it is.
      const texts = Object.values(constraints).map((text) =>
        text.startsWith(`${property} `) ? text.slice(property.length + 1) : text,
      );
      failures.push({ path: where, message: texts.join('; ') });
    }
    collect(children ?? [], where, failures);
  }
}
