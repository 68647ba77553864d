import { instanceToPlain, plainToInstance } from 'class-transformer';
import { type ValidationError as ClassValidatorError, validateSync } from 'class-validator';
import type { ValidationFailure } from '../exceptions/index.js';
import type { BodyClass } from './message-type.js';

/** The JSON body as an instance of its class. */
export function toBodyInstance(bodyClass: BodyClass, json: unknown): object {
  return plainToInstance(bodyClass, json);
}

/** The JSON that an instance stands for on the wire. */
export function fromBodyInstance(instance: object): unknown {
  return instanceToPlain(instance);
}

/** What class-validator finds wrong with a body. */
export function bodyClassFailures(instance: object, path: string): ValidationFailure[] {
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
