/** The settings of the configuration file that only the `fedora-messaging` command uses. */
export interface CommandSettings {
  /** The function that `consume` and `reconsume` call, as `MODULE:EXPORT`. Default: none. */
  callback: string | null;
  /**
   * Packages or files with message classes. The command imports them, relative to its working directory. The Python
   * library refuses a configuration file with this key. Default: none.
   */
  schemas: string[];
  /** Logging settings in the form of Python. The command uses only the levels. Default: none. */
  logConfig: Record<string, unknown>;
}
