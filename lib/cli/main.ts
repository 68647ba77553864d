#!/usr/bin/env node
import { localProgram } from './local-program.js';

// The classes of the command and those of the user's code must be the same ones: where the working
// directory has a copy of this package, its command runs.
const program = (await import(
  localProgram(process.cwd()) ?? './program.js'
)) as typeof import('./program.js');
await program.run(process.argv);
