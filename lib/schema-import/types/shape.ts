import type { ObjectNode, TypeNode } from './type-node.js';

/**
 * Texts that are equal for equal types. The order of properties, and what an object as a whole is called, make no
 * difference; the comments of properties do.
 */
export class Shapes {
  private readonly known = new Map<TypeNode, string>();
  /** Short names for texts, because the text of a type has those of its parts in it. */
  private readonly numbers = new Map<string, string>();

  of(type: TypeNode): string {
    return this.shapeOf(type, []).text;
  }

  /**
   * @param above the types around this one
   * @returns the text, and the outermost of the types around that it mentions; a text that mentions none is kept
   */
  private shapeOf(type: TypeNode, above: readonly TypeNode[]): Shape {
    const text = this.known.get(type);
    if (text !== undefined) return { text, outermost: Infinity };
    const place = above.indexOf(type);
    if (place >= 0) return { text: `^${above.length - place}`, outermost: place };
    const shape = this.newShape(type, above);
    if (shape.outermost < above.length) return shape;
    const number = this.numbers.get(shape.text) ?? `#${this.numbers.size}`;
    this.numbers.set(shape.text, number);
    this.known.set(type, number);
    return { text: number, outermost: Infinity };
  }

  private newShape(type: TypeNode, above: readonly TypeNode[]): Shape {
    if (type.kind === 'word') return { text: type.word, outermost: Infinity };
    if (type.kind === 'literal') return { text: JSON.stringify(type.value), outermost: Infinity };
    if (type.kind === 'later') return this.shapeOf(type.target(), above);
    const inner = [...above, type];
    const parts = childrenOf(type).map((child) => this.shapeOf(child, inner));
    const texts = parts.map(({ text }) => text);
    return {
      text: `${type.kind}(${type.kind === 'object' ? propertiesText(type, texts) : texts.join()})${extraOf(type)}`,
      outermost: Math.min(...parts.map(({ outermost }) => outermost)),
    };
  }
}

interface Shape {
  readonly text: string;
  readonly outermost: number;
}

/** The types that a type is made of. */
export function childrenOf(type: TypeNode): readonly TypeNode[] {
  switch (type.kind) {
    case 'word':
    case 'literal':
      return [];
    case 'list':
      return [type.item];
    case 'map':
      return [type.value];
    case 'tuple':
      return type.rest === undefined ? type.items : [...type.items, type.rest];
    case 'object':
      return type.properties.map((property) => property.type);
    case 'union':
    case 'both':
      return type.members;
    case 'later':
      return [type.target()];
  }
}

function propertiesText({ properties }: ObjectNode, types: readonly string[]): string {
  return properties
    .map(({ name, isRequired, comment }, index) =>
      JSON.stringify([name, isRequired, comment ?? '', types[index]]),
    )
    .sort()
    .join();
}

function extraOf(type: TypeNode): string {
  return type.kind === 'tuple' ? `${type.required}${type.rest === undefined ? '' : '+'}` : '';
}
