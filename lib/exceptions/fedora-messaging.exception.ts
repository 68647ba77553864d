/**
 * The base of every exception this library throws, so that one `catch` can tell them from others.
 *
 * @publicApi
 */
export class FedoraMessagingException extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
