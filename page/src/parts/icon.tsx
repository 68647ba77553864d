import type { JSX } from 'preact';

/** Line drawings on a field of 16 by 16. Each outcome has its own form, so that nobody needs the colour. */
const PATHS = {
  'in-hand': 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5',
  processed: 'M3 8.5l3.2 3.2L13 4.8',
  dropped: 'M3.5 8h9',
  rejected: 'M6 3.5L2.5 7 6 10.5M2.8 7H10a3.2 3.2 0 0 1 0 6.4H7.5',
  failed: 'M4 4l8 8M12 4l-8 8',
  invalid: 'M8 3v6.2M8 12.2v.6',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6L12.6 8z',
  close: 'M4 4l8 8M12 4l-8 8',
  outside: 'M6 3.5H3.5v9h9V10M9 3h4v4M13 3L7.5 8.5',
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  again: 'M12.7 6A5 5 0 1 0 13 9M13 3v3.2H9.8',
  send: 'M2.5 8L13.5 3 10.5 13 7.8 9.2z',
  search: 'M7 2.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4M10.2 10.2l3.3 3.3',
} as const;

export type IconName = keyof typeof PATHS;

/** A decoration next to a text that says the same. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
