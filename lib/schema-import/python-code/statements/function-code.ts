import type { PythonNode } from '../../exporter/index.js';
import { atom, cast, type Code } from '../code.js';
import type { Context, Program } from '../context.js';
import { expression } from '../expressions/expressions.js';
import { localName } from '../local-name.js';
import { LocalNames } from './local-names.js';
import { ANY, join, mayBe, NONE, type PythonType } from '../python-type.js';
import { statementLines } from './statements.js';
import { children, is, name as fieldOf, type Parameter, parametersOf, walk } from '../syntax.js';
import { Uncertain } from '../uncertain.js';

/** A function of Python, and what is known of it. */
export interface FunctionSource {
  readonly definition: PythonNode;
  /** The key of its types in the program. */
  readonly key: string;
  /** Whether the first parameter is the instance. */
  readonly isMember: boolean;
  /** Whether Python checks that the result is a text, as of `__str__`. */
  readonly isText?: boolean;
  /** The type that the result has to have; undefined for that of the values that it returns. */
  readonly wanted?: PythonType | undefined;
}

/** Translates the body of a function. */
export class FunctionCode implements Context {
  readonly self: string | undefined;
  readonly names: LocalNames;
  /** The parameters but the instance. */
  readonly parameters: readonly string[];
  /** The local names and the attributes of the instance, as `self.name`, that have a value at this point. */
  assigned = new Set<string>();
  private returned: PythonType = { kind: 'never' };
  /** The names of comprehensions and lambdas. */
  private readonly inner = new Set<string>();
  private scopes: ReadonlyMap<string, PythonType>[] = [];

  constructor(
    readonly program: Program,
    private readonly source: FunctionSource,
  ) {
    const parameters = parametersOf(source.definition);
    if (!parameters) throw new Uncertain('it has parameters that are not translated');
    const names = parameters.map((parameter) => parameter.name);
    this.self = source.isMember ? names.shift() : undefined;
    this.parameters = names;
    this.names = new LocalNames(source.definition, names);
    assertDistinct([...names, ...this.names.names]);
    this.assertCertainDefaults(parameters);
    for (const parameter of names) this.assigned.add(parameter);
  }

  /** The lines of the body, without indentation. */
  lines(): string[] {
    const { lines, ends } = statementLines(children(this.source.definition, 'body'), this);
    if (!ends) {
      lines.push(`return ${this.return(atom('null', NONE))};`);
    }
    const hidden = [...this.parameters, ...this.names.names, ...this.inner].find((local) =>
      this.program.usedHelpers.has(localName(local)),
    );
    if (hidden !== undefined) throw new Uncertain(`its name ${hidden} is that of a function in TypeScript`);
    this.program.note(this.source.key, this.returned);
    return lines;
  }

  expression(node: PythonNode): Code {
    return expression(node, this);
  }

  local(id: string): Code | undefined {
    for (const scope of this.scopes) {
      const type = scope.get(id);
      if (type) return atom(localName(id), type);
    }
    if (id === this.self) return undefined;
    if (this.parameters.includes(id)) {
      return atom(localName(id), this.program.typeOf(`${this.source.key}:${id}`));
    }
    if (!this.names.names.has(id)) return undefined;
    if (!this.assigned.has(id)) throw new Uncertain(`${id} may have no value`);
    return atom(localName(id), this.localType(id));
  }

  localType(id: string): PythonType {
    return this.program.typeOf(`${this.source.key}:${id}`);
  }

  noteLocal(id: string, type: PythonType): void {
    this.program.note(`${this.source.key}:${id}`, type);
  }

  within(names: ReadonlyMap<string, PythonType>, translate: () => Code): Code {
    for (const local of names.keys()) {
      if (local === this.self) throw new Uncertain(`it gives the name ${local} to something else`);
      this.inner.add(local);
    }
    this.scopes = [names, ...this.scopes];
    try {
      return translate();
    } finally {
      this.scopes = this.scopes.slice(1);
    }
  }

  isFieldSet(name: string): boolean {
    return this.assigned.has(`self.${name}`);
  }

  /** A default is made once, outside the function, where names may mean something else. */
  private assertCertainDefaults(parameters: readonly Parameter[]): void {
    for (const { name: parameter, default: value } of parameters) {
      if (!value) continue;
      const isElsewhere = [...walk(value)].some(
        (node) =>
          is(node, 'Name') &&
          (this.parameters.includes(fieldOf(node, 'id')) ||
            this.names.names.has(fieldOf(node, 'id')) ||
            (this.source.isMember && this.program.constantsOf(fieldOf(node, 'id')) !== undefined)),
      );
      if (isElsewhere || this.names.isChanged(parameter)) {
        throw new Uncertain(`the default of its parameter ${parameter} is not translated`);
      }
    }
  }

  /** Notes what the function returns, and gives it the type that it has to have. */
  return(value: Code): string {
    this.returned = join(this.returned, value.type);
    const said = mayBe(value.type, 'any') ? (value.said ?? value.seen ?? ANY) : value.type;
    this.program.note(`said:${this.source.key}`, said);
    return this.result(value);
  }

  typeText(type: PythonType): string {
    return this.program.typeText(type);
  }

  /** The parameters with their types and defaults, in TypeScript. */
  parameterList(): string {
    const [...parameters] = parametersOf(this.source.definition)!;
    if (this.source.isMember) parameters.shift();
    return parameters
      .map((parameter) => {
        const key = `${this.source.key}:${parameter.name}`;
        const value = parameter.default && this.expression(parameter.default);
        if (value) this.program.note(key, value.type);
        const type = this.typeText(this.program.typeOf(key));
        return `${localName(parameter.name)}: ${type}${value ? ` = ${value.text}` : ''}`;
      })
      .join(', ');
  }

  private result(value: Code): string {
    const { wanted, isText } = this.source;
    if (isText && value.type.kind !== 'str') return `py.assertText(${value.text})`;
    return wanted ? cast(value, wanted, (type) => this.typeText(type)) : value.text;
  }
}

function assertDistinct(names: readonly string[]): void {
  const distinct = new Set(names);
  if (new Set([...distinct].map(localName)).size < distinct.size) {
    throw new Uncertain('it has two names that are one in TypeScript');
  }
}
