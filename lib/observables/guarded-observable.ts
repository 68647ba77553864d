import { Observable, type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';
import { describeError, stackOf } from '../exceptions/index.js';
import { LibraryLogger } from '../logging/index.js';

const logger = new LibraryLogger();

/**
 * An observable that logs the errors that its subscribers throw. rxjs itself throws them where nobody can catch them,
 * and that ends the process. Observables that are made from this one with operators are guarded, too.
 */
export class GuardedObservable<T> extends Observable<T> {
  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new GuardedObservable<R>();
    (lifted as Observable<unknown>).source = this;
    lifted.operator = operator;
    return lifted;
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // The subscriber of an operator passes errors on to the next subscriber.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const given: Partial<Observer<T>> =
      typeof observerOrNext === 'function' || !observerOrNext
        ? {
            ...(observerOrNext && { next: observerOrNext }),
            ...(error && { error }),
            ...(complete && { complete }),
          }
        : observerOrNext;
    return super.subscribe({
      next: (value) => guarded(() => given.next?.(value)),
      error: (failure: unknown) => (given.error ? guarded(() => given.error?.(failure)) : log(failure)),
      complete: () => guarded(() => given.complete?.()),
    });
  }
}

function guarded(call: () => unknown): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(log);
  } catch (error) {
    log(error);
  }
}

function log(error: unknown): void {
  logger.error(`A subscriber of an observable failed: ${describeError(error)}`, stackOf(error));
}
