import type { JSX } from 'preact';
import type { State } from '../../state/state.js';
import { findRecord } from '../../state/stream.js';
import { Detail } from './detail.js';
import { EmptyStream } from './empty-stream.js';
import { FilterBar } from './filter-bar.js';
import { MessageList } from './message-list.js';
import { StreamBar } from './stream-bar.js';
import { TopicTree } from './topic-tree.js';

export function MessagesView({ state }: { state: State }): JSX.Element {
  const { bus, stream, filters, place, detail } = state;
  const { selected } = place;
  const hasDetail = selected !== undefined;
  return (
    <div class={hasDetail ? 'messages has-detail' : 'messages'}>
      <TopicTree topics={bus?.topics ?? []} all={bus?.allTopics} pattern={filters.topic} />
      <section class="stream" aria-label="Messages">
        <FilterBar filters={filters} consumers={bus?.consumers ?? []} />
        <StreamBar stream={stream} bufferSize={bus?.bufferSize} />
        {stream.shown.length > 0 || !bus ? (
          <MessageList stream={stream} selected={selected} />
        ) : (
          <EmptyStream bus={bus} filters={filters} waiting={stream.waiting.length} />
        )}
      </section>
      {hasDetail && (
        <Detail
          key={selected}
          record={findRecord(stream, selected)}
          answer={detail?.seq === selected ? detail.answer : 'loading'}
          visitor={bus?.visitor}
        />
      )}
    </div>
  );
}
