import type { Page } from './page.js';

/** The keys of the page, as the help shows them. */
export const KEYS: readonly (readonly [key: string, meaning: string])[] = [
  ['j', 'next message (older)'],
  ['k', 'previous message (newer)'],
  ['space', 'pause or go on'],
  ['/', 'search'],
  ['Esc', 'close the message'],
];

/** The id of the field to which `/` leads. */
export const SEARCH_ID = 'filter-text';

const FIELDS = 'input, select, textarea';
/** What space presses or scrolls when the focus is within it. */
const USES_SPACE = `${FIELDS}, button, summary, [role=region][tabindex]`;

export function onKey(page: Page, event: KeyboardEvent): void {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
  const focused = target instanceof Element ? target : document.body;
  const isField = focused.matches(FIELDS);
  if (key === 'Escape') {
    if (isField) (focused as HTMLElement).blur();
    else page.closeDetail();
    return;
  }
  if (isField || page.store.state.place.view !== 'messages') return;
  if (key === 'j') page.step(1);
  else if (key === 'k') page.step(-1);
  else if (key === '/') document.getElementById(SEARCH_ID)?.focus();
  else if (key === ' ' && !focused.closest(USES_SPACE)) page.togglePause();
  else return;
  event.preventDefault();
}
