import type { AnyValidateFunction, DataValidationCxt } from 'ajv/dist/types/index.js';
import type { ErrorObject } from 'ajv';

/** As many failures of a schema that refers to itself are passed on to the one that refers to it. */
const MAX_PASSED_ON = 10;
/** So many calls in one run are few, whatever is checked. */
const FEW_CALLS = 100;
/** A schema that is applied to each value so many times is applied to some of them again and again. */
const CALLS_PER_VALUE = 4;

/** What ajv has compiled, once it has. */
interface Compiled {
  readonly validate?: AnyValidateFunction | undefined;
}

/** A function that ajv makes of a schema: it leaves its result in its own properties. */
interface Validate {
  (value: unknown, context?: DataValidationCxt): unknown;
  errors?: ErrorObject[] | null | undefined;
  evaluated?: Evaluated | undefined;
}

/** What `unevaluatedProperties` and `unevaluatedItems` have to know. */
interface Evaluated {
  readonly props?: unknown;
  readonly items?: unknown;
}

interface Verdict {
  readonly isValid: boolean;
  readonly errors: ErrorObject[] | null;
  readonly evaluated: Evaluated;
}

/** Of a schema that is applied to a value because it is being applied to that value: nothing follows from it. */
function underWay(instancePath = ''): Verdict {
  const message = 'is described by a schema that refers to itself without end';
  const error = { keyword: '$ref', instancePath, schemaPath: '', params: {}, message };
  return { isValid: false, errors: [error], evaluated: {} };
}

/**
 * What schemas that refer to themselves have made of the values of one run. With several ways to the same
 * value (`anyOf`, for example), the number of times that it is checked doubles at every level; from the
 * moment when that shows, verdicts are remembered.
 */
export class Verdicts {
  private readonly byCompiled = new Map<Compiled, Validate>();
  private readonly remembered: Map<unknown, Verdict>[] = [];
  private instance: unknown;
  private calls = 0;
  private limit = FEW_CALLS;
  private isCounted = false;

  begin(instance: unknown): void {
    this.instance = instance;
  }

  forget(): void {
    this.instance = undefined;
    if (this.calls === 0) return;
    this.calls = 0;
    this.limit = FEW_CALLS;
    this.isCounted = false;
    for (const verdicts of this.remembered) verdicts.clear();
  }

  /** The function to be called in place of that of a schema which refers to itself. */
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
        check.errors = validate.errors?.slice(0, MAX_PASSED_ON);
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
      this.limit = Math.max(FEW_CALLS, CALLS_PER_VALUE * countOf(this.instance));
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
  verdicts.set(value, underWay(context?.instancePath));
  const isValid = Boolean(validate(value, context));
  const verdict: Verdict = {
    isValid,
    errors: validate.errors?.slice(0, MAX_PASSED_ON) ?? null,
    evaluated: copyOf(validate.evaluated ?? {}),
  };
  // Other values than objects may be in several places, which failures name.
  if (typeof value === 'object' && value !== null) verdicts.set(value, verdict);
  else verdicts.delete(value);
  return verdict;
}

/** ajv writes more into what it is given. */
function copyOf({ props, items }: Evaluated): Evaluated {
  return { props: typeof props === 'object' ? { ...props } : props, items };
}

/** How many objects, arrays and other values there are. */
function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const nested of Array.isArray(value) ? value : Object.values(value)) count += countOf(nested);
  return count;
}
