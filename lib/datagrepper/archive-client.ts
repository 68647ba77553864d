import { setTimeout as pause } from 'node:timers/promises';
import { BackOff } from '../broker/index.js';
import { DEFAULT_DATAGREPPER, type DatagrepperOptions, withoutUndefined } from '../config/index.js';
import { ConfigurationException, DatagrepperException, oneLine, shownValue } from '../exceptions/index.js';
import { LibraryLogger } from '../logging/index.js';
import { VERSION } from '../package/index.js';
import { FailedRequest, problemOf } from './failed-request.js';

/** The longest `Retry-After` that is waited for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 10 * 60_000;

/** The purpose of a request, and whether its caller has given it up. */
export interface RequestOptions<T> {
  /** Takes what the caller wants from the answer. It throws FailedRequest when the answer is not what was asked for. */
  readonly read: (text: string) => T;
  readonly signal?: AbortSignal | undefined;
}

/** Asks Datagrepper over HTTP: not too often, and again when a request fails for a reason that may pass. */
export class ArchiveClient {
  private readonly logger = new LibraryLogger();
  private readonly options: Required<DatagrepperOptions>;
  private readonly base: URL;
  /** When the next request may begin, on the clock of `performance.now()`. */
  private nextRequestAt = -Infinity;

  /** @throws ConfigurationException when the URL is not one of http or https, or has a password */
  constructor(options: DatagrepperOptions) {
    this.options = { ...DEFAULT_DATAGREPPER, ...withoutUndefined(options) };
    this.base = baseOf(this.options.url);
  }

  /** The URL of a path of the archive. */
  urlOf(path: string, parameters: URLSearchParams): URL {
    const url = new URL(this.base);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
    url.search = parameters.toString();
    return url;
  }

  /**
   * Gets an answer.
   *
   * @throws DatagrepperException when the request can't succeed, or has failed at all attempts
   * @throws the reason of the signal when that is aborted
   */
  async get<T>(url: URL, { read, signal }: RequestOptions<T>): Promise<T> {
    const { attempts, delay, maxDelay } = this.options;
    const backOff = new BackOff(delay, maxDelay);
    for (let attempt = 1; ; attempt++) {
      await this.waitForTurn(signal);
      try {
        return read(await this.fetch(url, signal));
      } catch (error) {
        signal?.throwIfAborted();
        const failed =
          error instanceof FailedRequest ? error : new FailedRequest(problemOf(error), { error });
        const wait = Math.max(backOff.next(), failed.retryAfter ?? 0);
        const isTooLong = wait > Math.max(maxDelay, MAX_RETRY_AFTER_MS);
        if (attempt >= attempts || !failed.mayPass || isTooLong) throw exceptionOf(failed, url, attempt);
        this.logger.warn(
          `Datagrepper: ${failed.message}; trying again in ${inSeconds(wait)} (attempt ${attempt + 1} of ${attempts})`,
        );
        await pauseFor(wait, signal);
      }
    }
  }

  /** Waits until the interval since the last request, of whatever caller, has passed. */
  private async waitForTurn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    const now = performance.now();
    const turn = Math.max(now, this.nextRequestAt);
    this.nextRequestAt = turn + this.options.interval;
    if (turn > now) await pauseFor(turn - now, signal);
  }

  private async fetch(url: URL, signal: AbortSignal | undefined): Promise<string> {
    const { timeout } = this.options;
    const limit = AbortSignal.timeout(timeout);
    try {
      const response = await fetch(url, {
        headers: { accept: 'application/json', 'user-agent': `nestjs-fedora-messaging/${VERSION}` },
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const text = await response.text();
      if (!response.ok) throw FailedRequest.ofAnswer(response, text);
      return text;
    } catch (error) {
      if (!limit.aborted || error instanceof FailedRequest) throw error;
      throw new FailedRequest(`nothing has come within ${inSeconds(timeout)}`, { error });
    }
  }
}

function baseOf(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '') {
    return parsed;
  }
  const shown = parsed?.password ? 'a URL with a password' : shownValue(url);
  throw new ConfigurationException(
    `The URL of Datagrepper must be an http or https URL without a password, such as ${DEFAULT_DATAGREPPER.url}, but is ${shown}`,
  );
}

/** @throws the reason of the signal when that is aborted */
async function pauseFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => signal?.throwIfAborted());
}

function exceptionOf(failed: FailedRequest, url: URL, attempts: number): DatagrepperException {
  const { message, status, error, retryAfter } = failed;
  const asks = retryAfter ? `; it asks to wait for ${inSeconds(retryAfter)}` : '';
  const tried = attempts > 1 ? `; tried ${attempts} times` : '';
  const text = failed.isAnswer ? `${url.href} ${message}` : `There is no answer from ${url.href}: ${message}`;
  return new DatagrepperException(oneLine(`${text}${asks}${tried}`), { status, cause: error ?? failed });
}

function inSeconds(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(1))} s`;
}
