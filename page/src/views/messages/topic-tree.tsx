import type { JSX } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import type { TopicCount, TopicTotals } from '../../../../lib/page/protocol.js';
import { PageContext } from '../../page.js';
import { Dotted } from '../../parts/dotted.js';
import { Folding } from '../../parts/folding.js';
import { type TopicNode, topicTree } from '../../state/topic-tree.js';
import { compact, counted, rate } from '../../text/numbers.js';
import { Keys } from './keys.js';

interface TopicTreeProps {
  readonly topics: readonly TopicCount[];
  /** Undefined before anything is known. */
  readonly all: TopicTotals | undefined;
  /** The topic filter. */
  readonly pattern?: string;
}

/** The topics with their counts and rates. A click filters. */
export function TopicTree({ topics, all, pattern }: TopicTreeProps): JSX.Element {
  const page = useContext(PageContext);
  const tree = useMemo(() => topicTree(topics), [topics]);
  const notShown = all ? all.topics - topics.length : 0;
  return (
    <nav class="topics" aria-label="Topics">
      <Folding class="topics-fold" isOpen={innerWidth > 900} title={<h2>Topics</h2>}>
        {() => (
          <>
            <button
              type="button"
              class="topic"
              aria-pressed={pattern === undefined}
              onClick={() => page.setFilter('topic', '')}
            >
              <span class="topic-label">all topics</span>
              <Counts count={all?.count ?? 0} rate={all?.rate ?? 0} />
            </button>
            {tree.length === 0 && (
              <p class="hint">The topics of messages that come while this page is open are counted here.</p>
            )}
            <Branch nodes={tree} pattern={pattern} depth={0} />
            {notShown > 0 && (
              <p class="hint">
                … and {all?.hasMore && 'at least '}
                {counted(notShown, 'more topic')}
              </p>
            )}
          </>
        )}
      </Folding>
      <Keys />
    </nav>
  );
}

interface BranchProps {
  readonly nodes: readonly TopicNode[];
  readonly pattern?: string;
  readonly depth: number;
}

/** The number of levels that are unfolded at first. */
const OPEN_DEPTH = 2;

function Branch({ nodes, pattern, depth }: BranchProps): JSX.Element {
  return (
    <ul>
      {nodes.map((node) => (
        <li key={node.label}>
          <Topic node={node} isChosen={node.pattern === pattern} />
          {node.children.length > 0 && (
            <Folding
              isOpen={depth < OPEN_DEPTH}
              title={<span class="unseen">Topics below {node.label}</span>}
            >
              {() => <Branch nodes={node.children} pattern={pattern} depth={depth + 1} />}
            </Folding>
          )}
        </li>
      ))}
    </ul>
  );
}

function Topic({ node, isChosen }: { node: TopicNode; isChosen: boolean }): JSX.Element {
  const page = useContext(PageContext);
  return (
    <button
      type="button"
      class="topic"
      title={`Show ${node.pattern}`}
      aria-pressed={isChosen}
      onClick={() => page.setFilter('topic', isChosen ? '' : node.pattern)}
    >
      <span class="topic-label">
        <Dotted name={node.label} />
      </span>
      <Counts {...node} />
    </button>
  );
}

function Counts({ count, rate: perSecond }: Pick<TopicNode, 'count' | 'rate'>): JSX.Element {
  return (
    <span class="topic-counts">
      <span title={counted(count, 'message')}>{compact(count)}</span>
      <span class="topic-rate">{perSecond > 0 && `${rate(perSecond)}/s`}</span>
    </span>
  );
}
