/**
 * The base of every exception of this library, so that one `catch` can tell them from other errors.
 *
 * @publicApi
 */
export class FedoraMessagingException extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
