import { docComment, MAX_COLUMNS, propertyName, scalar } from '../printing/index.js';
import type { TypeNames, NamedType } from './type-names.js';
import type { ObjectNode, PropertyNode, TypeNode } from './type-node.js';

/** Prints the named types of a package. Names are given to long types on the way; they are printed, too. */
export function printTypes(names: TypeNames): string[] {
  const declarations: string[] = [];
  for (const named of names.named) {
    const printer = new TypePrinter(names, named);
    declarations.push([...docComment(named.comment, ''), ...printer.declaration()].join('\n'));
  }
  return declarations;
}

class TypePrinter {
  constructor(
    private readonly names: TypeNames,
    private readonly named: NamedType,
  ) {}

  declaration(): string[] {
    const { name, type } = this.named;
    const known = this.names.nameOf(type);
    if (known !== undefined && known !== name) return inTwoLines(`export type ${name} =`, `${known};`);
    return type.kind === 'object' ? this.interface(type) : this.alias(type);
  }

  private interface({ properties }: ObjectNode): string[] {
    if (properties.length === 0) return [`export interface ${this.named.name} {}`];
    return [
      `export interface ${this.named.name} {`,
      ...properties.flatMap((property) => this.property(property)),
      '}',
    ];
  }

  private property({ name, type, isRequired, comment }: PropertyNode): string[] {
    const head = `  ${propertyName(name)}${isRequired ? '' : '?'}: `;
    const text = this.text(type);
    const fits = head.length + text.length + 1 <= MAX_COLUMNS;
    return [...docComment(comment, '  '), `${head}${fits ? text : this.short(type, name)};`];
  }

  /** The text of a type whose unions and tuples are declared apart. */
  private short(type: TypeNode, property: string): string {
    if (type.kind === 'list' && this.names.nameOf(type) === undefined) {
      return `${this.short(type.item, property)}[]`;
    }
    if (type.kind === 'map' && this.names.nameOf(type) === undefined) {
      return `Record<string, ${this.short(type.value, property)}>`;
    }
    return type.kind === 'union' || type.kind === 'tuple' || type.kind === 'both'
      ? this.names.nameLong(type, this.named.name, property)
      : this.text(type);
  }

  private alias(type: TypeNode): string[] {
    const head = `export type ${this.named.name} =`;
    const flat = `${head} ${this.ownText(type)};`;
    if (flat.length <= MAX_COLUMNS) return [flat];
    if (type.kind === 'union' && `  ${this.ownText(type)};`.length > MAX_COLUMNS) {
      const lines = type.members.map((member) => `  | ${this.inUnion(member)}`);
      return [head, ...lines.slice(0, -1), `${lines.at(-1)};`];
    }
    if (type.kind === 'tuple')
      return [`${head} [`, ...this.tupleItems(type).map((item) => `  ${item},`), '];'];
    return inTwoLines(head, `${this.ownText(type)};`);
  }

  private text(type: TypeNode): string {
    return this.names.nameOf(type) ?? this.ownText(type);
  }

  private ownText(type: TypeNode): string {
    switch (type.kind) {
      case 'word':
        return type.word;
      case 'literal':
        return scalar(type.value);
      case 'list':
        return `${this.inList(type.item)}[]`;
      case 'map':
        return `Record<string, ${this.text(type.value)}>`;
      case 'tuple':
        return `[${this.tupleItems(type).join(', ')}]`;
      case 'union':
        return type.members.map((member) => this.inUnion(member)).join(' | ');
      case 'both':
        return type.members.map((member) => this.inBoth(member)).join(' & ');
      case 'object':
      case 'later':
        return type.kind === 'later' ? this.text(type.target()) : 'object';
    }
  }

  private tupleItems({ items, required, rest }: TypeNode & { kind: 'tuple' }): string[] {
    const texts = items.map((item, index) => (index < required ? this.text(item) : `${this.inList(item)}?`));
    return rest === undefined ? texts : [...texts, `...${this.inList(rest)}[]`];
  }

  private inList(type: TypeNode): string {
    return this.inBrackets(type, ['union', 'both']);
  }

  private inUnion(type: TypeNode): string {
    return this.inBrackets(type, ['both']);
  }

  private inBoth(type: TypeNode): string {
    return this.inBrackets(type, ['union']);
  }

  /** A type, in brackets when it is of one of the kinds, and has no name. */
  private inBrackets(type: TypeNode, kinds: readonly TypeNode['kind'][]): string {
    const { kind } = resolved(type);
    return kinds.includes(kind) && this.names.nameOf(type) === undefined
      ? `(${this.text(type)})`
      : this.text(type);
  }
}

/** A head and its end in one line, or in two where they do not fit. */
function inTwoLines(head: string, end: string): string[] {
  const flat = `${head} ${end}`;
  return flat.length <= MAX_COLUMNS ? [flat] : [head, `  ${end}`];
}

function resolved(type: TypeNode): TypeNode {
  return type.kind === 'later' ? resolved(type.target()) : type;
}
