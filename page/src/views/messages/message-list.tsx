import type { JSX } from 'preact';
import { useContext, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { PageContext } from '../../page.js';
import { indexOf, type Stream } from '../../state/stream.js';
import { hashOf } from '../../state/view.js';
import { MessageRow } from './message-row.js';
import { windowOf } from './window-of.js';

/** The height of a row in pixels, as in messages.css. */
export const ROW_HEIGHT = 50;

interface MessageListProps {
  readonly stream: Stream;
  readonly selected?: number;
}

/** The messages, newest first. Only the rows that are seen are in the document. */
export function MessageList({ stream, selected }: MessageListProps): JSX.Element {
  const page = useContext(PageContext);
  const scroller = useRef<HTMLDivElement>(null);
  const hasKeyboard = useRef(false);
  const opened = useRef<number | undefined>(undefined);
  const [scrollTop, setScrollTop] = useState(0);
  const [height, setHeight] = useState(() => innerHeight);
  const { shown, pause, isStale } = stream;

  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setHeight(scroller.current?.clientHeight ?? 0));
    observer.observe(scroller.current!);
    return () => {
      observer.disconnect();
      // The list begins at its top when the visitor comes back.
      page.setInList(false);
    };
  }, []);

  useLayoutEffect(() => {
    if (!pause) scroller.current!.scrollTop = 0;
  }, [pause]);

  useLayoutEffect(() => {
    if (selected !== undefined) scrollTo(scroller.current!, placeOf(shown, selected));
    else if (opened.current !== undefined) takeFocus(scroller.current!, opened.current);
    opened.current = selected;
  }, [selected]);

  const tellIsInList = (): void =>
    page.setInList(hasKeyboard.current || scroller.current!.scrollTop > ROW_HEIGHT / 2);
  const onScroll = (): void => {
    setScrollTop(scroller.current!.scrollTop);
    tellIsInList();
  };
  // A row that moves out of the window would take the focus along.
  const onFocusIn = ({ target }: FocusEvent): void => {
    hasKeyboard.current = target !== scroller.current && (target as Element).matches(':focus-visible');
    tellIsInList();
  };
  const onFocusOut = ({ relatedTarget }: FocusEvent): void => {
    if (scroller.current!.contains(relatedTarget as Node | null)) return;
    hasKeyboard.current = false;
    tellIsInList();
  };
  const { first, end } = windowOf(scrollTop, height, ROW_HEIGHT, shown.length);
  const newestFirst = shown.slice(shown.length - end, shown.length - first).toReversed();
  return (
    <div
      class={isStale ? 'scroller is-stale' : 'scroller'}
      ref={scroller}
      tabIndex={-1}
      onScroll={onScroll}
      onFocusIn={onFocusIn}
      onFocusOut={onFocusOut}
    >
      <ol class="rows" style={{ height: `${shown.length * ROW_HEIGHT}px` }}>
        {newestFirst.map((record, index) => (
          <li
            key={record.seq}
            style={{ transform: `translateY(${(first + index) * ROW_HEIGHT}px)` }}
            aria-setsize={shown.length}
            aria-posinset={first + index + 1}
          >
            <MessageRow record={record} isSelected={record.seq === selected} />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The row of a message, from the top; -1 when it is not listed. */
function placeOf(shown: Stream['shown'], seq: number): number {
  const index = indexOf(shown, seq);
  return index === -1 ? -1 : shown.length - 1 - index;
}

/**
 * Gives the focus of a message that was closed back to its row, or to the list when the row is not in the document.
 * A visitor whose focus was outside the message keeps it.
 */
function takeFocus(scroller: HTMLElement, seq: number): void {
  if (document.activeElement !== document.body) return;
  const row = scroller.querySelector<HTMLElement>(`a[href="${hashOf({ view: 'messages', selected: seq })}"]`);
  (row ?? scroller).focus();
}

/** Scrolls as little as needed to show a row. */
function scrollTo(scroller: HTMLElement, row: number): void {
  if (row === -1) return;
  const top = row * ROW_HEIGHT;
  const bottom = top + ROW_HEIGHT;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (bottom > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = bottom - scroller.clientHeight;
  }
}
