import type { ExportedClass, ExportedMember, ExportedModule, ExportedPackage } from '../exporter/index.js';

/** A class, with the module that it is in. */
export interface PythonClass {
  /** `module:Class`. */
  readonly id: string;
  readonly module: ExportedModule;
  readonly exported: ExportedClass;
}

/** A member, with the class that defines it. */
export interface DefinedMember {
  readonly name: string;
  readonly definedIn: PythonClass;
  /** Undefined for a class attribute: its value is a constant. */
  readonly member: ExportedMember | undefined;
}

/** The classes of a package, and what they inherit in Python. */
export class PythonClasses {
  private readonly byId = new Map<string, PythonClass>();
  private readonly families = new Map<string, readonly PythonClass[]>();

  constructor({ modules }: ExportedPackage) {
    for (const module of modules) {
      for (const exported of module.classes) {
        const id = `${module.name}:${exported.name}`;
        this.byId.set(id, { id, module, exported });
      }
    }
  }

  get(id: string): PythonClass | undefined {
    return this.byId.get(id);
  }

  /** The definition that Python finds for an instance of a class; with `after`, the one that `super()` in that class finds. */
  find(python: PythonClass, name: string, after?: PythonClass): DefinedMember | undefined {
    const lineage = this.lineage(python);
    const start = after ? lineage.findIndex(({ id }) => id === after.id) + 1 : 0;
    for (const definedIn of lineage.slice(start)) {
      const member = definedIn.exported.members.find((one) => one.name === name);
      if (member || Object.hasOwn(definedIn.exported.constants, name)) return { name, definedIn, member };
    }
    return undefined;
  }

  /** The message classes that others of these extend, and these themselves: those of a module as they follow there. */
  withAncestors(isWanted: (python: PythonClass) => boolean): PythonClass[] {
    const wanted = new Set(
      [...this.byId.values()].filter(isWanted).flatMap((python) => this.lineage(python).map(({ id }) => id)),
    );
    return [...this.byId.values()].filter(({ id, exported }) => wanted.has(id) && exported.isMessage);
  }

  /** The class and its bases, in the order in which Python looks for attributes; those that are not known are left out. */
  lineage(python: PythonClass): PythonClass[] {
    return [python.id, ...python.exported.mro]
      .map((id) => this.byId.get(id))
      .filter((known) => known !== undefined);
  }

  /** The classes whose code an instance of the class may have, or an instance of a class that extends it. */
  family(python: PythonClass): readonly PythonClass[] {
    const known = this.families.get(python.id);
    if (known) return known;
    const lineages = [...this.byId.values()].map((one) => this.lineage(one));
    const found = [...new Set(lineages.filter((lineage) => lineage.includes(python)).flat())];
    this.families.set(python.id, found);
    return found;
  }

  /** The base that the TypeScript class extends: of several, the one with most message classes above it. */
  parent(python: PythonClass): PythonClass | undefined {
    const bases = python.exported.bases
      .map((id) => this.byId.get(id))
      .filter((base) => base?.exported.isMessage);
    const heights = bases.map((base) => this.lineage(base!).length);
    return bases[heights.indexOf(Math.max(...heights))];
  }

  /**
   * The members that the TypeScript class has to have itself: those that Python finds elsewhere than its parent does. With
   * several bases, that may be a base that the TypeScript class does not extend.
   */
  ownMembers(python: PythonClass): DefinedMember[] {
    const parent = this.parent(python);
    const inherited = parent === undefined ? new Map<string, DefinedMember>() : this.allMembers(parent);
    return [...this.allMembers(python).values()].filter(
      ({ name, definedIn }) => inherited.get(name)?.definedIn !== definedIn,
    );
  }

  /** The members that the TypeScript class inherits from its parent. */
  inheritedMembers(python: PythonClass): DefinedMember[] {
    const parent = this.parent(python);
    if (!parent) return [];
    const own = new Set(this.ownMembers(python).map(({ name }) => name));
    return [...this.allMembers(parent).values()].filter(({ name }) => !own.has(name));
  }

  /** The classes that the TypeScript class extends, the nearest first. */
  ancestors(python: PythonClass): PythonClass[] {
    const parent = this.parent(python);
    return parent ? [parent, ...this.ancestors(parent)] : [];
  }

  private allMembers(python: PythonClass): Map<string, DefinedMember> {
    const members = new Map<string, DefinedMember>();
    for (const definedIn of this.lineage(python)) {
      const { constants, members: own } = definedIn.exported;
      const names = [...own.map(({ name }) => name), ...Object.keys(constants)];
      for (const name of names.filter((candidate) => !members.has(candidate))) {
        members.set(name, { name, definedIn, member: own.find((member) => member.name === name) });
      }
    }
    return members;
  }
}
