import type { ConsumerTopology } from '../config/index.js';

/** What a consumer consumes, and how. @publicApi */
export interface ConsumerOptions extends ConsumerTopology {
  /**
   * The name of one of the setting `topologies`: it has the options that are not given here. An option given here
   * replaces that of the topology as a whole. Default: none.
   */
  topology?: string;
}
