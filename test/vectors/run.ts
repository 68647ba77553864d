import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { casesIn } from './vectors.js';

const folder = process.argv[2] ?? 'test/vectors';
if (!existsSync(folder)) {
  console.error(`There is no folder ${folder}`);
  process.exit(2);
}
Logger.overrideLogger(false);

let passed = 0;
let failed = 0;
for (const { name, run } of casesIn(folder)) {
  try {
    run();
    passed++;
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}\n${(error as Error).message}\n`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
