/**
 * Whether a topic matches the routing key of a binding to a topic exchange: `*` stands for one word, `#` for
 * any number of words, also none.
 */
export function matchesTopic(pattern: string, topic: string): boolean {
  return matchWords(pattern.split('.'), topic.split('.'));
}

function matchWords([first, ...pattern]: string[], words: string[]): boolean {
  if (first === undefined) return words.length === 0;
  if (first === '#') {
    return matchWords(pattern, words) || (words.length > 0 && matchWords(['#', ...pattern], words.slice(1)));
  }
  return words.length > 0 && (first === '*' || first === words[0]) && matchWords(pattern, words.slice(1));
}
