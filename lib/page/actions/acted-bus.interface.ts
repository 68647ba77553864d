import type { Consumers } from '../../consuming/index.js';
import type { LibraryLogger } from '../../logging/index.js';
import type { MessageRegistry } from '../../message/index.js';
import type { Publisher } from '../../publishing/index.js';

/** The parts of a bus that the actions of the page need. */
export interface ActedBus {
  readonly name: string;
  readonly logger: LibraryLogger;
  readonly consumers: Pick<Consumers, 'running' | 'stopped' | 'areStopped'>;
  readonly publisher: Publisher;
  readonly registry: MessageRegistry;
}
