/** What is put before a topic: the setting, and the dot that parts them. */
export function topicPrefixOf(topicPrefix: string): string {
  return topicPrefix === '' ? '' : `${topicPrefix.replace(/\.+$/, '')}.`;
}
