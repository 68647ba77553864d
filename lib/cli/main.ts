#!/usr/bin/env node
import { localProgram } from './local-program.js';

// If the working directory has a copy of this package, that copy's command runs: the command and the user's code must
// use the same classes.
const program = (await import(
  localProgram(process.cwd()) ?? './program.js'
)) as typeof import('./program.js');
await program.run(process.argv);
