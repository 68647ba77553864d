import { ExitCode, oneLine, ValidationError } from '../exceptions/index.js';
import { loads, type Message } from '../message/index.js';
import { CommandError, messageOf } from './command-error.js';
import { DATAGREPPER_URL } from './commands/options/datagrepper-options.js';

/** How long an answer may take. */
const TIMEOUT_MS = 30_000;

/** Gets a message from Datagrepper, Fedora's archive of messages. @throws CommandError */
export async function fetchMessage(id: string, baseUrl: string): Promise<Message<object>> {
  const url = urlOf(id, baseUrl);
  const text = await get(url, id);
  try {
    // The answer is in the file format, but may span several lines.
    const [message] = loads(`${text.trim().replace(/[\r\n]+/g, ' ')}\n`);
    return message!;
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    throw failure(`${url.href} answered something that is not a message: ${error.summary}`, error);
  }
}

function urlOf(id: string, baseUrl: string): URL {
  try {
    const url = new URL(`${baseUrl.replace(/\/+$/, '')}/v2/id`);
    url.search = new URLSearchParams({ id, is_raw: 'true' }).toString();
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // An invalid URL is reported below.
  }
  throw new CommandError(
    `option --datagrepper-url: '${baseUrl}' must be an http or https URL, such as ${DATAGREPPER_URL}`,
  );
}

async function get(url: URL, id: string): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw failure(`There is no answer from ${url.href}: ${reasonOf(error)}`, error);
  }
  if (response.status === 404) throw failure(`${url.href} knows no message ${id}`);
  if (!response.ok) throw failure(`${url.href} answered ${response.status} ${response.statusText}`);
  return text;
}

/** The reason of a fetch() failure is in its `cause`. */
function reasonOf(error: unknown): string {
  if ((error as Error)?.name === 'TimeoutError') return `nothing has come within ${TIMEOUT_MS / 1000} s`;
  const { cause } = error as Error;
  return cause instanceof AggregateError ? messageOf(cause.errors[0]) : messageOf(cause ?? error);
}

function failure(message: string, cause?: unknown): CommandError {
  return new CommandError(oneLine(message), ExitCode.GENERAL, { cause });
}
