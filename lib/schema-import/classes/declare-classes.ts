import type { PackageTranslator } from '../accessors/index.js';
import type { ExportedPackage } from '../exporter/index.js';
import { type ClassMembers, classMembers } from './class-members.js';
import type { ClassDeclaration } from './class-printer.js';
import { differencesOf } from './differences.js';
import type { PackagePlan, PlannedClass } from './package-plan.js';

/** Declares the classes of a package, with their members. */
export function declareClasses(
  exported: ExportedPackage,
  { classes, pythonClasses }: PackagePlan,
  translator: PackageTranslator,
): ClassDeclaration[] {
  const isExtended = (planned: PlannedClass): boolean =>
    planned.schemaNames.length > 1 || classes.some(({ parent }) => parent === planned);
  const known = new Map<PlannedClass, ClassMembers>();
  // Those of a class depend on those of the classes that it extends.
  const membersOf = (planned: PlannedClass): ClassMembers => {
    const members =
      known.get(planned) ??
      classMembers(pythonClasses.ownMembers(planned.python), {
        python: planned.python,
        inherited: new Set(ancestorsOf(planned).flatMap((ancestor) => [...membersOf(ancestor).names])),
        translator,
      });
    known.set(planned, members);
    return members;
  };
  return classes.map((planned) => ({
    planned,
    isExtended: isExtended(planned),
    members: membersOf(planned),
    differences: differencesOf(planned, pythonClasses),
    package: headerName(exported),
  }));
}

/** The package as messages' headers have it: with underscores. */
function headerName({ name }: ExportedPackage): string {
  return name.replace(/[-.]+/g, '_');
}

function ancestorsOf({ parent }: PlannedClass): PlannedClass[] {
  return parent === undefined ? [] : [parent, ...ancestorsOf(parent)];
}
