import { reasonOf } from '../../transports.js';
import type { Publication } from '../../port.js';
import type { PendingPublication } from '../publication.js';
import { isNamedIn, RefusedTargets } from './refused-targets.js';
import { SizeLimit } from './size-limit.js';

/** What the broker refuses, as far as it is known since the connection was made. */
export class KnownRefusals {
  private readonly sizeLimit = new SizeLimit();
  private readonly targets = new RefusedTargets();

  /** Why the broker takes no body of so many bytes; undefined when it may. */
  readonly ofSize = (size: number): string | undefined => this.sizeLimit.reasonAgainst(size);

  /** Why the broker closed a channel for a message with the same target; undefined when it has not. */
  ofTarget(publication: Publication): string | undefined {
    return this.targets.reasonAgainst(publication);
  }

  /** Whether the broker may refuse a publication: it refused the target, or has taken no body as large. */
  isOpen({ publication, size }: PendingPublication): boolean {
    return this.ofTarget(publication) !== undefined || this.sizeLimit.isOpen(size);
  }

  /** The broker has taken a publication. */
  noteTaken({ publication, size }: PendingPublication): void {
    this.sizeLimit.noteTaken(size);
    this.targets.noteTaken(publication);
  }

  /** The broker does not refuse a body of so many bytes. */
  noteSizeTaken(size: number): void {
    this.sizeLimit.noteTaken(size);
  }

  /**
   * The broker closed a channel.
   *
   * @returns whether it did so because of the size of a body
   */
  learnSizeFrom(error: Error): boolean {
    return this.sizeLimit.learnFrom(reasonOf(error));
  }

  /** The broker closed a channel because of a publication; its target is remembered if the broker named it. */
  learnTargetFrom(error: Error, publication: Publication): void {
    if (isNamedIn(error, publication)) this.targets.add(error, publication);
  }

  /** The next broker may take what this one refused. */
  forget(): void {
    this.sizeLimit.forget();
    this.targets.forget();
  }
}
