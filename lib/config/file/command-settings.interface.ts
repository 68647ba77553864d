/** The settings of the configuration file that only the `fedora-messaging` command uses. */
export interface CommandSettings {
  /** What `consume` and `reconsume` call: `MODULE:EXPORT`. Default: none. */
  callback: string | null;
  /**
   * Packages or files of message classes that the command imports, from its working directory. The Python
   * library refuses a file with this key. Default: none.
   */
  schemas: string[];
  /** Logging settings in the form of Python; the command takes the levels. Default: none. */
  logConfig: Record<string, unknown>;
}
