import { SEVERITIES } from '../../message/index.js';
import type { PlannedClass } from './package-plan.js';
import type { PythonClasses } from '../python-classes/index.js';

/** The behaviour of the Python class that the TypeScript class lacks, in sentences for people. */
export function differencesOf({ python }: PlannedClass, classes: PythonClasses): string[] {
  const { own = [], computed = [], severity } = python.exported;
  const differences = own
    .filter((attribute) => computed.includes(attribute))
    .map(
      (attribute) =>
        `In Python, code chooses the ${attribute} of each message. This class has no ${attribute}: write a class that extends it.`,
    );
  if (typeof severity === 'number' && !(SEVERITIES as readonly number[]).includes(severity)) {
    differences.push(
      `Its severity in Python is ${severity}, which is not one of ${SEVERITIES.join(', ')}. This class has the default severity.`,
    );
  }
  const hasConstructor = classes.ownMembers(python).some(({ name }) => name === '__init__');
  return hasConstructor
    ? [
        ...differences,
        'In Python, a constructor of this class changes the new message. This class leaves the message unchanged.',
      ]
    : differences;
}
