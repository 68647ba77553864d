/** One value or several; a message that has one of several matches. @publicApi */
export type OneOrMore = string | readonly string[];

/** What a message is about. All conditions must match; in a list, one value must match. @publicApi */
export interface DatagrepperFilter {
  /** The whole topic, with its prefix. Datagrepper knows no `*` and `#`: use `category`. */
  topic?: OneOrMore;
  /** The fourth word of the topic: `bodhi` in `org.fedoraproject.prod.bodhi.update.comment`. */
  category?: OneOrMore;
  /** The name of a user whom the message concerns. */
  user?: OneOrMore;
  /** The name of a package that the message concerns. */
  package?: OneOrMore;
  /**
   * The name of the message schema, such as `bodhi.update.comment`. Datagrepper can't search for it: the messages are
   * fetched and left out here.
   */
  schema?: OneOrMore;
}

/** The messages to search for. @publicApi */
export interface DatagrepperQuery extends DatagrepperFilter {
  /**
   * A text in the JSON of the body; upper and lower case differ. Datagrepper needs a `topic` or `category` with it, and
   * a `since` of at most eight months ago.
   */
  text?: OneOrMore;
  /** Leaves out messages that match one of these values. */
  not?: DatagrepperFilter;
  /**
   * The first time, inclusive: when the message was sent. A text is a time of ISO 8601, like the header `sent-at`; UTC
   * unless it has an offset. Default: a day before `until`.
   */
  since?: Date | string;
  /** The last time, inclusive. Default: when the search begins. */
  until?: Date | string;
  /** `asc` begins with the oldest message, `desc` with the newest. Default: `asc`. */
  order?: 'asc' | 'desc';
  /** How many messages to return at most. Default: all. */
  limit?: number;
}
