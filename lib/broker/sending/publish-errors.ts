import { PublishException, PublishReturned, PublishTimeout } from '../../exceptions/index.js';
import { reasonOf } from '../transports.js';
import type { PendingPublication } from './publication.js';

/** The state of the channel and of the connection, for the text of an error. */
interface ChannelState {
  /** Why the broker takes no messages; undefined when it takes them. */
  readonly blocked: string | undefined;
  /** Whether there is a channel. */
  readonly isOpen: boolean;
  /** Whether there is a connection. */
  readonly isUp: boolean;
  /** Why there is no connection; undefined when no attempt has failed. */
  readonly failure: string | undefined;
}

/** The error for a message that the broker refuses, and would refuse again. */
export function refused(reason: string, cause?: Error): PublishReturned {
  return new PublishReturned(
    `The broker refused the message: ${reason}`,
    cause === undefined ? undefined : { cause },
  );
}

/** The error for a publication whose deadline is over. */
export function tooLate(pending: PendingPublication, state: ChannelState): PublishTimeout {
  const because =
    pending.state === 'inFlight'
      ? 'it was sent, but the broker has not confirmed it'
      : pending.mayHaveArrived
        ? `it was sent, but the broker did not confirm it, and it could not be sent again: ${obstacleOf(pending, state)}`
        : obstacleOf(pending, state);
  return new PublishTimeout(
    `The broker did not confirm the message within ${pending.timeout} ms: ${because}`,
  );
}

function obstacleOf(
  { obstacle }: PendingPublication,
  { blocked, isOpen, isUp, failure }: ChannelState,
): string {
  if (blocked !== undefined) return `the broker takes no messages: ${blocked}`;
  if (obstacle !== undefined) return obstacle;
  if (isOpen) return 'it was not sent: it waits behind messages that the broker has not accepted yet';
  if (isUp) return 'the broker has not opened a channel yet';
  return failure ?? 'there is no connection to the broker yet';
}

/** The error for a publication when a channel could not be opened, for a final reason. */
export function notOpened({ mayHaveArrived }: PendingPublication, error: Error): Error {
  if (!mayHaveArrived) return error;
  const reason = `The message was sent, but the broker has not confirmed it: ${reasonOf(error)}`;
  return new PublishException(reason, { cause: error });
}

/** The error for a publication that is not confirmed when publishing ends. */
export function shutDown({ wasSent }: PendingPublication): PublishException {
  const event = wasSent ? 'the broker confirmed the message' : 'the message was sent';
  return new PublishException(`The application shut down publishing before ${event}`);
}
