export { GuardedObservable } from './guarded-observable.js';
