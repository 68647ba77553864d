import type { ConsumerTopology } from '../config/index.js';

/** What a consumer consumes, and how. @publicApi */
export interface ConsumerOptions extends ConsumerTopology {
  /**
   * The name of an entry of the setting `topologies`. Options that are absent here are taken from it; an option given
   * here replaces the topology's option as a whole. Default: none.
   */
  topology?: string;
}
