/**
 * AMQP properties that a publisher may choose, because Fedora's wire format says nothing about them. Consumers read them
 * from their context. A received message keeps them when it is published again.
 *
 * @publicApi
 */
export interface PassedOnProperties {
  /** The application that published the message, as the publisher names it. */
  readonly appId?: string | undefined;
  /** The type of the message, as the publisher names it. */
  readonly type?: string | undefined;
  /** The time to live, in milliseconds; a received message has it as text. */
  readonly expiration?: string | number | undefined;
  /** The time that the publisher chose, in seconds since 1970. */
  readonly timestamp?: number | undefined;
  /** The id of the request that the message answers. */
  readonly correlationId?: string | undefined;
  /** The queue for answers. */
  readonly replyTo?: string | undefined;
}

/** The given properties that are set; undefined when none is set, as with most messages. */
export function passedOn({
  appId,
  type,
  expiration,
  timestamp,
  correlationId,
  replyTo,
}: PassedOnProperties): PassedOnProperties | undefined {
  const properties = {
    ...(appId !== undefined && { appId }),
    ...(type !== undefined && { type }),
    ...(expiration !== undefined && { expiration }),
    // A number beyond JavaScript's exact integers differs from the number sent, and may not fit in 64 bits.
    ...(Number.isSafeInteger(timestamp) && { timestamp }),
    ...(correlationId !== undefined && { correlationId }),
    ...(replyTo !== undefined && { replyTo }),
  };
  return Object.keys(properties).length > 0 ? properties : undefined;
}
