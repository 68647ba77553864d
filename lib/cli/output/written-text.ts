import { Drop } from '../../exceptions/index.js';
import type { Message } from '../../message/index.js';
import { messageOf } from '../command-error.js';

/**
 * The text that a command writes for a message. If the text can't be made, only that message is dropped: if the
 * command failed, it would meet the same message again at every start.
 *
 * @throws Drop when the text can't be made
 */
export function writtenText<Body extends object>(
  message: Message<Body>,
  write: (message: Message<Body>) => string,
): string {
  try {
    return write(message);
  } catch (error) {
    throw new Drop(`the message can't be written: ${messageOf(error)}`, { cause: error });
  }
}
