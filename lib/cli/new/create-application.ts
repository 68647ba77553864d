import { basename, resolve } from 'node:path';
import { CommandError } from '../command-error.js';
import { writeApplication } from './application-template.js';
import { print } from '../output/standard-streams.js';

/** A name of an npm package that is also a word of a topic. */
const NAME = /^[a-z0-9][a-z0-9_-]*$/;

/**
 * Writes an application into a folder, and prints what to do next.
 *
 * @throws CommandError when the folder is not empty or can't be written, or its name can't be the name of an application
 */
export async function createApplication(folder: string): Promise<void> {
  const name = basename(resolve(folder));
  if (!NAME.test(name)) {
    throw new CommandError(
      `The folder '${name}' can't be the name of an application: use lower-case letters, digits, '-' and '_', as in my-application`,
    );
  }
  writeApplication(folder, name);
  await print(
    `${folder} has an application. Look at its README.md, and start it:\n${stepsIn(folder).join('')}`,
  );
}

function stepsIn(folder: string): string[] {
  const steps = ['npm install', 'npm test', 'npm start'];
  if (resolve(folder) !== process.cwd()) steps.unshift(`cd ${folder}`);
  return steps.map((step) => `  $ ${step}\n`);
}
