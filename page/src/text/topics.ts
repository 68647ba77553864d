const PREFIX = /^org\.fedoraproject\.(?:prod|stg|dev|\*)\.(?=.)/;

/** A topic in two parts: the prefix that all topics of Fedora have, and what tells them apart. */
export function topicParts(topic: string): { readonly prefix: string; readonly rest: string } {
  const prefix = PREFIX.exec(topic)?.[0] ?? '';
  return { prefix, rest: topic.slice(prefix.length) };
}
