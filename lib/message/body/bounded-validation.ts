import { createRequire } from 'node:module';
import type { ValidationError as ClassValidatorError, Validator, ValidatorOptions } from 'class-validator';

// Applications without body classes are spared the loading.
const require = createRequire(import.meta.url);

/** The items of longer lists are checked later, with turns for others between them. */
const MAX_LENGTH_AT_ONCE = 100;

/** Who goes through an object in class-validator, as far as it is used here. */
interface Executor {
  ignoreAsyncValidations: boolean;
  execute(object: object, schema: string, errors: ClassValidatorError[]): void;
  /** Adds an error to `errors`, which says what is wrong with a value, or nothing. */
  performValidations(
    object: object,
    value: unknown,
    property: string,
    definedMetadatas: readonly object[],
    metadatas: readonly object[],
    errors: ClassValidatorError[],
  ): void;
  /** Checks an object, or the items of a list, that `@ValidateNested` is written on. */
  nestedValidations(value: unknown, metadatas: readonly object[], error: ClassValidatorError): void;
}

type ExecutorClass = new (validator: Validator, options: ValidatorOptions) => Executor;

interface BoundedExecutor extends Executor {
  checkLists(): Generator<void>;
}

/**
 * What class-validator says of an instance, until it has found so many failures.
 *
 * class-validator itself collects every failure, and an object for each valid value: a hostile body of 2 MB costs it 14 s and
 * 1 GB. It has no public way to be told when to stop.
 */
export function* boundedValidation(instance: object, most: number): Generator<void, ClassValidatorError[]> {
  const errors: ClassValidatorError[] = [];
  const executor = newExecutor(most);
  try {
    executor.execute(instance, '', errors);
    yield* executor.checkLists();
  } catch (error) {
    if (!(error instanceof EnoughFailures)) throw error;
  }
  return errors;
}

class EnoughFailures extends Error {}

/** A long list whose items have not been checked yet. */
interface List {
  readonly items: readonly unknown[];
  readonly metadatas: readonly object[];
  readonly error: ClassValidatorError;
}

let executorClass: (new (most: number) => BoundedExecutor) | undefined;

function newExecutor(most: number): BoundedExecutor {
  return new (executorClass ??= boundedExecutorClass())(most);
}

function boundedExecutorClass(): new (most: number) => BoundedExecutor {
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
      if (!Array.isArray(items) || items.length <= MAX_LENGTH_AT_ONCE)
        return super.nestedValidations(...args);
      this.lists.push({ items, metadatas, error });
      this.ofLists.add(error);
    }

    *checkLists(): Generator<void> {
      // Items may have long lists, too, which are added.
      for (const { items, metadatas, error } of this.lists) {
        for (let index = 0; index < items.length; index++) {
          if (!(index in items)) continue;
          this.performValidations(items, items[index], `${index}`, [], metadatas, error.children!);
          yield;
        }
      }
    }
  };
}

/** Whether an error says something of a value itself, rather than of what is in it. */
export function hasFailed({ constraints = {} }: ClassValidatorError): boolean {
  return Object.keys(constraints).length > 0;
}
