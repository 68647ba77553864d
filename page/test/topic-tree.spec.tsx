import { expect, it, vi } from 'vitest';
import type { TopicCount, TopicTotals } from '../../lib/page/protocol.js';
import { Page } from '../src/page.js';
import { topicTree } from '../src/state/topic-tree.js';
import { TopicTree } from '../src/views/messages/topic-tree.js';
import { rendered, settled, textOf } from './rendered.js';

const TOPICS: readonly TopicCount[] = [
  { topic: 'org.fp.prod.bodhi.update.comment', count: 3, rate: 1 },
  { topic: 'org.fp.prod.bodhi.update.edit', count: 4, rate: 0.5 },
  { topic: 'org.fp.prod.koji.tag', count: 5, rate: 0 },
];

const ALL_TOPICS: TopicTotals = { topics: 3, hasMore: false, count: 12, rate: 1.5 };

it('topics are a tree by their words, in which words without an alternative are joined', () => {
  expect(topicTree(TOPICS)).toMatchObject([
    {
      label: 'org.fp.prod',
      pattern: 'org.fp.prod.#',
      count: 12,
      rate: 1.5,
      children: [
        {
          label: 'bodhi.update',
          pattern: 'org.fp.prod.bodhi.update.#',
          count: 7,
          children: [
            { label: 'comment', pattern: 'org.fp.prod.bodhi.update.comment', count: 3, children: [] },
            { label: 'edit' },
          ],
        },
        { label: 'koji.tag', pattern: 'org.fp.prod.koji.tag', count: 5, rate: 0 },
      ],
    },
  ]);
});

it('a topic that is the beginning of another one is not joined with it', () => {
  const [node] = topicTree([
    { topic: 'a.b', count: 1, rate: 0 },
    { topic: 'a.b.c', count: 2, rate: 0 },
  ]);
  expect(node).toMatchObject({
    label: 'a.b',
    pattern: 'a.b.#',
    count: 3,
    children: [{ label: 'c', count: 2 }],
  });
});

it('a click on a topic filters by it, and a click on the chosen topic ends that', async () => {
  vi.stubGlobal('innerWidth', 1_400);
  const page = new Page();
  const setFilter = vi.spyOn(page, 'setFilter').mockReturnValue();
  const root = rendered(<TopicTree topics={TOPICS} all={ALL_TOPICS} pattern="org.fp.prod.koji.tag" />, page);
  await settled();
  const buttons = [...root.querySelectorAll('button')];
  expect(buttons.map(textOf)).toEqual([
    'all topics121.5/s',
    'org.fp.prod121.5/s',
    'bodhi.update71.5/s',
    'comment31/s',
    'edit40.5/s',
    'koji.tag5',
  ]);
  buttons[2]!.click();
  buttons[5]!.click();
  expect(setFilter.mock.calls).toEqual([
    ['topic', 'org.fp.prod.bodhi.update.#'],
    ['topic', ''],
  ]);
  expect(buttons.map((each) => each.getAttribute('aria-pressed'))).toEqual([
    'false',
    'false',
    'false',
    'false',
    'false',
    'true',
  ]);
});

it.each([
  [{ topics: 3, hasMore: false }, undefined],
  [{ topics: 4, hasMore: false }, '… and 1 more topic'],
  [{ topics: 1_703, hasMore: false }, '… and 1,700 more topics'],
  [{ topics: 2_000, hasMore: true }, '… and at least 1,997 more topics'],
])('of %j topics, the tree counts all, and says how many it does not show', async (all, words) => {
  vi.stubGlobal('innerWidth', 1_400);
  const root = rendered(<TopicTree topics={TOPICS} all={{ ...all, count: 5_000, rate: 80 }} />, new Page());
  await settled();
  expect(textOf(root.querySelector('button')!)).toBe('all topics5,00080/s');
  const [hint] = root.querySelectorAll('.hint');
  expect(hint && textOf(hint)).toBe(words);
});
