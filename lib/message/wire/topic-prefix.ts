/** The text before a topic: the setting and a separating dot, or nothing. */
export function topicPrefixOf(topicPrefix: string): string {
  return topicPrefix === '' ? '' : `${topicPrefix.replace(/\.+$/, '')}.`;
}
