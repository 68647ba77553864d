import type { AnyValidateFunction, DataValidationCxt } from 'ajv/dist/types/index.js';
import type { ErrorObject } from 'ajv';

/** The most failures that a schema which refers to itself passes on to the referring schema. */
const MAX_ERRORS_PASSED_ON = 10;
/** The least number of calls in one run before verdicts are remembered. */
const MIN_CALL_LIMIT = 100;
/** More calls per value than this mean that a schema is applied to the same values again and again. */
const CALLS_PER_VALUE = 4;

/** A schema that ajv compiles; `validate` is set when ajv has finished. */
interface Compiled {
  readonly validate?: AnyValidateFunction | undefined;
}

/** A function that ajv makes from a schema. It stores its results in its own properties. */
interface Validate {
  (value: unknown, context?: DataValidationCxt): unknown;
  errors?: ErrorObject[] | null | undefined;
  evaluated?: Evaluated | undefined;
}

/** The evaluated properties and items, for `unevaluatedProperties` and `unevaluatedItems`. */
interface Evaluated {
  readonly props?: unknown;
  readonly items?: unknown;
}

interface Verdict {
  readonly isValid: boolean;
  readonly errors: ErrorObject[] | null;
  readonly evaluated: Evaluated;
}

/** The verdict on a value while the same check of it is still running: the schema refers to itself without end. */
function unfinishedVerdict(instancePath = ''): Verdict {
  const message = 'is described by a schema that refers to itself without end';
  const error = { keyword: '$ref', instancePath, schemaPath: '', params: {}, message };
  return { isValid: false, errors: [error], evaluated: {} };
}

/**
 * Remembers the verdicts of schemas that refer to themselves, during one run. When a schema reaches a value in several
 * ways, for example by `anyOf`, the number of checks doubles at every level. Verdicts are remembered only after the
 * number of calls shows such growth.
 */
export class Verdicts {
  private readonly byCompiled = new Map<Compiled, Validate>();
  private readonly remembered: Map<unknown, Verdict>[] = [];
  private instance: unknown;
  private calls = 0;
  private limit = MIN_CALL_LIMIT;
  private isCounted = false;

  begin(instance: unknown): void {
    this.instance = instance;
  }

  forget(): void {
    this.instance = undefined;
    if (this.calls === 0) return;
    this.calls = 0;
    this.limit = MIN_CALL_LIMIT;
    this.isCounted = false;
    for (const verdicts of this.remembered) verdicts.clear();
  }

  /** The function that replaces the validate function of a schema which refers to itself. */
  functionOf(compiled: Compiled): Validate {
    let validate = this.byCompiled.get(compiled);
    if (!validate) {
      validate = this.remembering(compiled);
      this.byCompiled.set(compiled, validate);
    }
    return validate;
  }

  private remembering(compiled: Compiled): Validate {
    const verdicts = new Map<unknown, Verdict>();
    this.remembered.push(verdicts);
    const check: Validate = (value, context) => {
      const validate = compiled.validate as Validate;
      if (++this.calls <= this.limit || !this.areManyCalls()) {
        const isValid = validate(value, context);
        check.errors = validate.errors?.slice(0, MAX_ERRORS_PASSED_ON);
        check.evaluated = validate.evaluated;
        return isValid;
      }
      const verdict = verdicts.get(value) ?? remember(verdicts, validate, value, context);
      check.errors = verdict.errors;
      check.evaluated = copyOf(verdict.evaluated);
      return verdict.isValid;
    };
    return check;
  }

  private areManyCalls(): boolean {
    if (!this.isCounted) {
      this.isCounted = true;
      this.limit = Math.max(MIN_CALL_LIMIT, CALLS_PER_VALUE * countOf(this.instance));
    }
    return this.calls > this.limit;
  }
}

function remember(
  verdicts: Map<unknown, Verdict>,
  validate: Validate,
  value: unknown,
  context: DataValidationCxt | undefined,
): Verdict {
  verdicts.set(value, unfinishedVerdict(context?.instancePath));
  const isValid = Boolean(validate(value, context));
  const verdict: Verdict = {
    isValid,
    errors: validate.errors?.slice(0, MAX_ERRORS_PASSED_ON) ?? null,
    evaluated: copyOf(validate.evaluated ?? {}),
  };
  // Only verdicts on objects are kept: an equal string or number may be in several places, and failures name the place.
  if (typeof value === 'object' && value !== null) verdicts.set(value, verdict);
  else verdicts.delete(value);
  return verdict;
}

/** Copies an object, because ajv changes the object that it is given. */
function copyOf({ props, items }: Evaluated): Evaluated {
  return { props: typeof props === 'object' ? { ...props } : props, items };
}

/** Counts a value and all values within it. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const nested of Array.isArray(value) ? value : Object.values(value)) count += countOf(nested);
  return count;
}
