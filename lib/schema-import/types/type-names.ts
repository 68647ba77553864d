import { pascalCase, singular, UniqueNames } from './identifiers.js';
import { childrenOf, Shapes } from './shape.js';
import type { ObjectNode, TypeNode } from './type-node.js';

/** A type with a name. */
export interface NamedType {
  readonly name: string;
  readonly type: TypeNode;
  /** The comment that all its places share; undefined when they differ. */
  comment: string | undefined;
}

/** The body of a class. */
export interface Body {
  /** The name of the class in TypeScript. */
  readonly className: string;
  readonly type: TypeNode;
}

/**
 * Names the objects in the bodies of a package. Objects of one shape have one name. The first of several that would
 * have the same name gets it, and the others have the name of their class in front: names stay when classes are added
 * behind.
 */
export class TypeNames {
  private readonly shapes = new Shapes();
  private readonly byShape = new Map<string, NamedType>();
  /** The names of types that are too long for a line, by their shape. */
  private readonly longNames = new Map<string, string>();
  private readonly names: UniqueNames;
  /** In the order in which they are declared. */
  readonly named: NamedType[] = [];

  /** @param taken names that other things of the package have */
  constructor(bodies: readonly Body[], taken: Iterable<string>) {
    this.names = new UniqueNames([...taken, ...bodies.map(bodyName)]);
    const sorted = [...bodies].sort((a, b) => (a.className < b.className ? -1 : 1));
    for (const body of sorted) {
      if (body.type.kind === 'object') this.declare(body.type, bodyName(body));
      else this.named.push({ name: bodyName(body), type: body.type, comment: undefined });
    }
    for (const { className, type } of sorted) {
      const seen = new Set<TypeNode>([type]);
      if (type.kind === 'object') this.nameProperties(type, className, seen);
      else for (const child of childrenOf(type)) this.nameParts(child, 'body', className, seen);
    }
  }

  /** The name of an object, or of a type that contains itself; undefined for others. */
  nameOf(type: TypeNode): string | undefined {
    return this.byShape.get(this.shapes.of(type))?.name;
  }

  /** A name for a type that is declared apart because it is too long for its line. */
  nameLong(type: TypeNode, owner: string, property: string): string {
    const shape = this.shapes.of(type);
    let name = this.longNames.get(shape);
    if (name === undefined) {
      name = this.names.take(`${owner.replace(/Body$/, '')}${pascalCase(property)}`);
      this.longNames.set(shape, name);
      this.named.push({ name, type, comment: undefined });
    }
    return name;
  }

  private nameParts(type: TypeNode, hint: string, owner: string, seen: Set<TypeNode>): void {
    if (type.kind === 'later') return this.nameLater(type.target(), hint, owner);
    if (seen.has(type)) return;
    seen.add(type);
    if (type.kind !== 'object') {
      const inner = type.kind === 'list' || type.kind === 'map' ? singular(hint) : hint;
      for (const child of childrenOf(type)) this.nameParts(child, inner, owner, seen);
      return;
    }
    const named = this.byShape.get(this.shapes.of(type));
    if (named === undefined) {
      const name = pascalCase(type.title ?? hint);
      this.declare(type, this.names.take(name, `${owner}${name || 'Object'}`));
    } else if (named.comment !== type.comment) named.comment = undefined;
    this.nameProperties(type, owner, seen);
  }

  private nameProperties({ properties }: ObjectNode, owner: string, seen: Set<TypeNode>): void {
    for (const { name, type } of properties) this.nameParts(type, name, owner, seen);
  }

  /** A type that contains itself needs a name, unless an object in between has one. */
  private nameLater(target: TypeNode, hint: string, owner: string): void {
    if (!containsItself(target, target) || this.byShape.has(this.shapes.of(target))) return;
    const name = pascalCase(hint);
    this.declare(target, this.names.take(name, `${owner}${name || 'List'}`));
  }

  private declare(type: TypeNode, name: string): void {
    const named = { name, type, comment: (type as Partial<ObjectNode>).comment };
    const shape = this.shapes.of(type);
    // The second of two equal bodies is declared as the first.
    if (!this.byShape.has(shape)) this.byShape.set(shape, named);
    this.named.push(named);
  }
}

export function bodyName({ className }: Pick<Body, 'className'>): string {
  return `${className}Body`;
}

function containsItself(type: TypeNode, target: TypeNode, seen = new Set<TypeNode>()): boolean {
  if (type.kind === 'object' || seen.has(type)) return false;
  seen.add(type);
  return childrenOf(type).some((child) => {
    const resolved = child.kind === 'later' ? child.target() : child;
    return resolved === target || containsItself(resolved, target, seen);
  });
}
