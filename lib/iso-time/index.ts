export { inSeconds, microsecondsOf } from './microseconds.js';
