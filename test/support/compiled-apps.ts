import { compileApps } from './child-process.js';

/** Compiles test/apps once for all test files: what runs in one must not be written by another. */
export default compileApps;
