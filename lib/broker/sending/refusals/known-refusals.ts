import { reasonOf } from '../../transports.js';
import type { Publication } from '../../port.js';
import type { PendingPublication } from '../publication.js';
import { isNamedIn, RefusedTargets } from './refused-targets.js';
import { SizeLimit } from './size-limit.js';

/** Remembers the sizes and targets that the broker has refused since the connection was made. */
export class KnownRefusals {
  private readonly sizeLimit = new SizeLimit();
  private readonly targets = new RefusedTargets();

  /** Why the broker refuses a body of `size` bytes; undefined when it may take the body. */
  readonly ofSize = (size: number): string | undefined => this.sizeLimit.reasonAgainst(size);

  /** Why the broker closed a channel because of a message with the same target; undefined when it did not. */
  ofTarget(publication: Publication): string | undefined {
    return this.targets.reasonAgainst(publication);
  }

  /** Whether the broker may refuse a publication: it has refused the target, or has taken no body as large. */
  isOpen({ publication, size }: PendingPublication): boolean {
    return this.ofTarget(publication) !== undefined || this.sizeLimit.isOpen(size);
  }

  /** The broker has taken a publication. */
  noteTaken({ publication, size }: PendingPublication): void {
    this.sizeLimit.noteTaken(size);
    this.targets.noteTaken(publication);
  }

  /** The broker does not refuse a body of `size` bytes. */
  noteSizeTaken(size: number): void {
    this.sizeLimit.noteTaken(size);
  }

  /**
   * Learns a size limit from the reason with which the broker closed a channel.
   *
   * @returns whether the size of a body was the reason
   */
  learnSizeFrom(error: Error): boolean {
    return this.sizeLimit.learnFrom(reasonOf(error));
  }

  /** Remembers the target of a publication that made the broker close a channel, if the broker named the target. */
  learnTargetFrom(error: Error, publication: Publication): void {
    if (isNamedIn(error, publication)) this.targets.add(error, publication);
  }

  /** Forgets all refusals: the next broker may take the same messages. */
  forget(): void {
    this.sizeLimit.forget();
    this.targets.forget();
  }
}
