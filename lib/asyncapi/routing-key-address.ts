/** An address, with descriptions of its parameters. */
export interface Address {
  readonly address: string;
  readonly parameters: Readonly<Record<string, { readonly description: string }>>;
}

/** Makes an address of a topic exchange's routing key. Its wildcards become parameters. */
export function addressOfPattern(routingKey: string): Address {
  const parameters: Record<string, { description: string }> = {};
  const nameOf = (name: string, description: string): string => {
    let free = name;
    for (let n = 2; free in parameters; n++) free = `${name}${n}`;
    parameters[free] = { description };
    return `{${free}}`;
  };
  const words = routingKey.split('.').map((word) => {
    if (word === '*') return nameOf('word', 'One word: * in the routing key');
    if (word === '#') return nameOf('words', 'Any number of words, also none: # in the routing key');
    return escapeAddress(word);
  });
  return { address: words.join('.'), parameters };
}

/** Encodes the characters that have a meaning in an address. */
export function escapeAddress(text: string): string {
  return text.replace(/[{}?#%]/g, encodeURIComponent);
}
