import type { ExportedModule, PythonNode } from '../exporter/index.js';
import { child, type Global, is, name as fieldOf } from '../python-code/index.js';

/** The meaning of a name in a module; undefined for the names that Python has without an import. */
export function globalOf(
  name: string,
  module: ExportedModule,
  modules: ReadonlyMap<string, ExportedModule>,
): Global | undefined {
  const own = definitionOf(name, module);
  if (own) return own;
  const target = Object.hasOwn(module.imports, name) ? module.imports[name] : undefined;
  if (target === undefined) {
    return module.hides?.includes(name) ? { kind: 'foreign', target: `${module.name}.${name}` } : undefined;
  }
  const dot = target.lastIndexOf('.');
  const from = modules.get(target.slice(0, dot));
  const imported = from && from !== module ? globalOf(target.slice(dot + 1), from, modules) : undefined;
  return imported ?? { kind: 'foreign', target };
}

function definitionOf(name: string, module: ExportedModule): Global | undefined {
  const definition = module.functions.find((member) => member.name === name);
  if (definition?.ast) return { kind: 'function', id: `${module.name}:${name}`, definition: definition.ast };
  const found = module.classes.find((one) => one.name === name);
  if (found?.enum) return { kind: 'enum', id: `${module.name}:${name}`, members: found.enum };
  if (found?.fields) return { kind: 'class', id: `${module.name}:${name}` };
  if (found) return { kind: 'foreign', target: `${module.name}.${name}` };
  // A constant of another module is in both, and imported by one.
  if (Object.hasOwn(module.constants, name)) {
    return { kind: 'constant', value: module.constants[name], valueKind: module.constantKinds?.[name] };
  }
  const expression = Object.hasOwn(module.expressions, name) ? module.expressions[name] : undefined;
  return expression && isPattern(expression, module)
    ? { kind: 'pattern', name, node: expression }
    : undefined;
}

/** `re.compile(…)`. */
function isPattern(node: PythonNode, { imports }: ExportedModule): boolean {
  if (!is(node, 'Call')) return false;
  const callee = child(node, 'func');
  if (is(callee, 'Name')) return imports[fieldOf(callee, 'id')] === 're.compile';
  if (!is(callee, 'Attribute') || !is(child(callee, 'value'), 'Name')) return false;
  return imports[fieldOf(child(callee, 'value'), 'id')] === 're' && fieldOf(callee, 'attr') === 'compile';
}
