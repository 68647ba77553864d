import { createRequire } from 'node:module';
import type { ValidationError as ClassValidatorError, Validator, ValidatorOptions } from 'class-validator';

// class-validator is loaded on first use, because many applications have no body classes.
const require = createRequire(import.meta.url);

/** The items of a longer list are checked later, in steps: the event loop can take turns between the items. */
const MAX_LENGTH_AT_ONCE = 100;

/** The part of class-validator's ValidationExecutor that this file uses. */
interface Executor {
  ignoreAsyncValidations: boolean;
  execute(object: object, schema: string, errors: ClassValidatorError[]): void;
  /** Adds an error to `errors` for each value. For a valid value that error has no constraints. */
  performValidations(
    object: object,
    value: unknown,
    property: string,
    definedMetadatas: readonly object[],
    metadatas: readonly object[],
    errors: ClassValidatorError[],
  ): void;
  /** Checks the object or the list in a property with `@ValidateNested`. */
  nestedValidations(value: unknown, metadatas: readonly object[], error: ClassValidatorError): void;
}

type ExecutorClass = new (validator: Validator, options: ValidatorOptions) => Executor;

interface BoundedExecutor extends Executor {
  checkLists(): Generator<void>;
}

/**
 * Validates an instance with class-validator, and stops after `limit` failures.
 *
 * class-validator itself collects every failure, and makes an object for each valid value. A hostile body of 2 MB then
 * takes 14 s and 1 GB. class-validator has no public option to stop earlier.
 */
export function* boundedValidation(instance: object, limit: number): Generator<void, ClassValidatorError[]> {
  const errors: ClassValidatorError[] = [];
  const executor = newExecutor(limit);
  try {
    executor.execute(instance, '', errors);
    yield* executor.checkLists();
  } catch (error) {
    if (!(error instanceof EnoughFailures)) throw error;
  }
  return errors;
}

class EnoughFailures extends Error {}

type Items = readonly unknown[] | ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>;

/** A long list whose items have not been checked yet. */
interface List {
  readonly items: Items;
  readonly metadatas: readonly object[];
  readonly error: ClassValidatorError;
}

let executorClass: (new (limit: number) => BoundedExecutor) | undefined;

function newExecutor(limit: number): BoundedExecutor {
  return new (executorClass ??= boundedExecutorClass())(limit);
}

function boundedExecutorClass(): new (limit: number) => BoundedExecutor {
  const { Validator: OfLibrary } = require('class-validator') as typeof import('class-validator');
  const { ValidationExecutor } = require('class-validator/cjs/validation/ValidationExecutor.js') as {
    ValidationExecutor: ExecutorClass;
  };

  return class extends ValidationExecutor implements BoundedExecutor {
    private readonly lists: List[] = [];
    private readonly ofLists = new Set<ClassValidatorError>();

    constructor(private left: number) {
      super(new OfLibrary(), { forbidUnknownValues: false });
      this.ignoreAsyncValidations = true;
    }

    override performValidations(...args: Parameters<Executor['performValidations']>): void {
      super.performValidations(...args);
      const errors = args[5];
      const error = errors.at(-1)!;
      if (hasFailed(error)) {
        if (--this.left <= 0) throw new EnoughFailures();
      } else if (error.children?.length === 0 && !this.ofLists.has(error)) {
        errors.pop();
      }
    }

    override nestedValidations(...args: Parameters<Executor['nestedValidations']>): void {
      const [items, metadatas, error] = args;
      if (!isLong(items)) return super.nestedValidations(...args);
      this.lists.push({ items, metadatas, error });
      this.ofLists.add(error);
    }

    *checkLists(): Generator<void> {
      // An item may contain a long list, which `nestedValidations` appends to these lists.
      for (const { items, metadatas, error } of this.lists) {
        for (const [key, item] of entriesOf(items)) {
          this.performValidations(items, item, String(key), [], metadatas, error.children!);
          yield;
        }
      }
    }
  };
}

function isLong(value: unknown): value is Items {
  if (Array.isArray(value)) return value.length > MAX_LENGTH_AT_ONCE;
  return (value instanceof Set || value instanceof Map) && value.size > MAX_LENGTH_AT_ONCE;
}

/** The items with what class-validator calls them: an item of a Set has an index, like an item of an array. */
function* entriesOf(items: Items): Generator<readonly [unknown, unknown]> {
  if (items instanceof Map) return yield* items.entries();
  let index = 0;
  for (const item of items.values()) {
    if (items instanceof Set || index in items) yield [index, item];
    index++;
  }
}

/** Whether an error is about the value itself; otherwise it is about properties or items of the value. */
export function hasFailed({ constraints = {} }: ClassValidatorError): boolean {
  return Object.keys(constraints).length > 0;
}
