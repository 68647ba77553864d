import type { PythonNode } from '../exporter/index.js';
import { child, children, constantText, is, name as fieldOf, walk } from '../python-code/index.js';
import type { PythonClass, PythonClasses } from '../python-classes/index.js';

/** A member that sets an attribute, and its class. */
export interface Setter {
  readonly definedIn: PythonClass;
  readonly member: string;
}

/** Stands for every attribute: the code computes the name. */
const EVERY_NAME = '*';

/** The fields of nodes that hold the targets of assignments, loops, `with` and `del`. */
const TARGET_FIELDS = ['target', 'targets', 'optional_vars'];

const CHANGING_METHODS = new Set(
  'add append clear discard extend insert pop popitem remove reverse setdefault sort update'.split(' '),
);

/** The members that set an attribute of an instance of a class, or of a class that extends it. */
export function settersOf(name: string, python: PythonClass, classes: PythonClasses): Setter[] {
  return classes
    .family(python)
    .flatMap((definedIn) =>
      definedIn.exported.members
        .filter(({ ast }) => ast !== null && setsAttribute(ast, name))
        .map((member) => ({ definedIn, member: member.name })),
    );
}

function setsAttribute(definition: PythonNode, name: string): boolean {
  const names = attributesSetBy(definition);
  return names.has(name) || names.has(EVERY_NAME);
}

const known = new WeakMap<PythonNode, ReadonlySet<string>>();

/** The attributes that code sets, deletes or changes, of any object: the instance may have several names. */
export function attributesSetBy(definition: PythonNode): ReadonlySet<string> {
  const found = known.get(definition) ?? new Set([...walk(definition)].flatMap(attributesSetAt));
  known.set(definition, found);
  return found;
}

function attributesSetAt(node: PythonNode): string[] {
  const targets = TARGET_FIELDS.flatMap((field) => node[field] ?? []) as PythonNode[];
  if (targets.length > 0) return targets.flatMap(attributesIn);
  if (is(node, 'Attribute') && fieldOf(node, 'attr') === '__dict__') return [EVERY_NAME];
  return is(node, 'Call') ? attributesSetByCall(node) : [];
}

/** `setattr(self, "name", …)`, `vars(self)`, `self.names.append(…)`. */
function attributesSetByCall(node: PythonNode): string[] {
  const callee = child(node, 'func');
  if (is(callee, 'Attribute')) {
    return CHANGING_METHODS.has(fieldOf(callee, 'attr')) ? attributesIn(child(callee, 'value')) : [];
  }
  const called = is(callee, 'Name') ? fieldOf(callee, 'id') : '';
  if (called === 'vars') return [EVERY_NAME];
  if (called !== 'setattr' && called !== 'delattr') return [];
  const [, attribute] = children(node, 'args');
  return [(attribute && constantText(attribute)) ?? EVERY_NAME];
}

/** The attributes of a target: `a` and `b` in `self.a, self.b[0] = …`. */
function attributesIn(target: PythonNode): string[] {
  if (is(target, 'Attribute')) return [fieldOf(target, 'attr'), ...attributesIn(child(target, 'value'))];
  if (is(target, 'Subscript') || is(target, 'Starred')) return attributesIn(child(target, 'value'));
  return children(target, 'elts').flatMap(attributesIn);
}
