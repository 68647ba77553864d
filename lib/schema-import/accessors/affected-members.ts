import type { DefinedMember, PythonClass } from '../python-classes/index.js';
import { memberKey, type PackageState } from './member-program.js';

/** A member, and the class that it is generated in. */
export interface Target {
  readonly target: PythonClass;
  readonly defined: DefinedMember;
}

/** An inherited member that does not answer as in Python, although it is translated. */
export interface AffectedMember {
  readonly name: string;
  readonly reason: string;
}

/** The inherited members of a class that do not answer as in Python. */
export function affectedMembers(
  target: PythonClass,
  state: PackageState,
  targets: readonly Target[],
): readonly AffectedMember[] {
  const inheritance = new Inheritance(target, state, targets);
  return state.classes.inheritedMembers(target).flatMap(({ name, definedIn, member }) => {
    if (!member || state.uncertain.has(memberKey(definedIn, name))) return [];
    const reason = inheritance.reasonAgainst(name);
    return reason === undefined ? [] : [{ name, reason: `it is inherited, and ${reason}` }];
  });
}

/** The members that the members of a class use, as the class has them. */
class Inheritance {
  private readonly lineage: readonly PythonClass[];

  constructor(
    private readonly target: PythonClass,
    private readonly state: PackageState,
    private readonly targets: readonly Target[],
  ) {
    this.lineage = [target, ...state.classes.ancestors(target)];
  }

  /** Why a member of the class does not answer as in Python; undefined when it does. */
  reasonAgainst(name: string): string | undefined {
    const found = new Set([name]);
    for (const used of found) {
      if (this.state.uncertain.has(memberKey(this.target, used)))
        return `it uses ${used}, which is not translated here`;
      const changed = this.otherSuper(used);
      if (changed !== undefined) return `super().${changed} of ${used} is another one in Python`;
      for (const next of this.usesOf(used, this.state.uses)) found.add(next);
    }
    return undefined;
  }

  /** A member that `super()` finds in another class in Python, where the class has several bases. */
  private otherSuper(name: string): string | undefined {
    const { classes, superUses } = this.state;
    const generatedIn = this.generatedIn(name);
    const definedIn = classes.find(this.target, name)?.definedIn;
    return this.usesOf(name, superUses).find(
      (used) =>
        generatedIn !== undefined &&
        generatedIn !== this.target &&
        classes.find(this.target, used, definedIn)?.definedIn !==
          classes.find(generatedIn, used, definedIn)?.definedIn,
    );
  }

  private usesOf(name: string, uses: ReadonlyMap<string, ReadonlySet<string>>): string[] {
    const generatedIn = this.generatedIn(name);
    return [...((generatedIn && uses.get(memberKey(generatedIn, name))) ?? [])];
  }

  /** The class that has the member in TypeScript. */
  private generatedIn(name: string): PythonClass | undefined {
    return this.lineage.find((python) =>
      this.targets.some(({ target, defined }) => target.id === python.id && defined.name === name),
    );
  }
}
