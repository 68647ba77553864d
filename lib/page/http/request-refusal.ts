import type { Refusal } from '../protocol.js';

/** A request that is refused, whoever notices that: the handler of the page answers with it. */
export class RequestRefusal {
  /**
   * @param status the HTTP status of the answer
   * @param reason a sentence for the visitor
   * @param failures what is wrong with the message that the visitor sent
   */
  constructor(
    readonly status: 400 | 404 | 409 | 413 | 415 | 502,
    readonly reason: string,
    readonly failures?: Refusal['failures'],
  ) {}
}
