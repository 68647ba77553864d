/** An address, and what its parameters stand for. */
export interface Address {
  readonly address: string;
  readonly parameters: Readonly<Record<string, { readonly description: string }>>;
}

/** A routing key of a topic exchange as an address: its wildcards become parameters. */
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

/** Without what means something in an address. */
export function escapeAddress(text: string): string {
  return text.replace(/[{}?#%]/g, encodeURIComponent);
}
