import type { JSX } from 'preact';
import { Fragment } from 'preact';

/** A dotted name, which is broken at its dots where it is too long for a line. */
export function Dotted({ name }: { name: string }): JSX.Element {
  return (
    <>
      {name.split('.').map((word, index) => (
        <Fragment key={index}>
          {index > 0 && (
            <>
              .<wbr />
            </>
          )}
          {word}
        </Fragment>
      ))}
    </>
  );
}
