import type { TopicCount } from '../../../lib/page/protocol.js';

export interface TopicNode {
  /** The words that the node adds to its parent, such as `bodhi` or, joined, `org.fedoraproject.prod`. */
  readonly label: string;
  /** The pattern that matches the topics of the node. */
  readonly pattern: string;
  readonly count: number;
  /** Messages a second. */
  readonly rate: number;
  readonly children: readonly TopicNode[];
}

interface Branch {
  count: number;
  rate: number;
  /** Whether the words up to here are a topic themselves. */
  isTopic: boolean;
  readonly children: Map<string, Branch>;
}

const newBranch = (): Branch => ({ count: 0, rate: 0, isTopic: false, children: new Map() });

/** The topics as a tree by their words. Words without an alternative are joined. Siblings are in alphabetical order. */
export function topicTree(topics: readonly TopicCount[]): readonly TopicNode[] {
  const root = newBranch();
  for (const { topic, count, rate } of topics) {
    let branch = root;
    for (const word of topic.split('.')) {
      const next = branch.children.get(word) ?? newBranch();
      branch.children.set(word, next);
      branch = next;
      branch.count += count;
      branch.rate += rate;
    }
    branch.isTopic = true;
  }
  return nodesOf(root, []);
}

function nodesOf(parent: Branch, path: readonly string[]): TopicNode[] {
  return [...parent.children]
    .map(([word, branch]) => nodeOf([word], branch, path))
    .sort((one, other) => one.label.localeCompare(other.label));
}

function nodeOf(words: readonly string[], branch: Branch, path: readonly string[]): TopicNode {
  const [only, ...more] = branch.children;
  if (only && more.length === 0 && !branch.isTopic) return nodeOf([...words, only[0]], only[1], path);
  const full = [...path, ...words];
  return {
    label: words.join('.'),
    pattern: branch.children.size === 0 ? full.join('.') : `${full.join('.')}.#`,
    count: branch.count,
    rate: branch.rate,
    children: nodesOf(branch, full),
  };
}
