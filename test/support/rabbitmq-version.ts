/** The version of a RabbitMQ, from the handshake of a connection. */
export class RabbitMqVersion {
  private readonly numbers: number[];

  /** @param text for example `4.0.5` */
  constructor(text: unknown) {
    this.numbers = String(text).split('.').map(Number);
  }

  /** Whether the version is this one or later. */
  isSince(major: number, minor = 0): boolean {
    const [ownMajor = 0, ownMinor = 0] = this.numbers;
    return ownMajor > major || (ownMajor === major && ownMinor >= minor);
  }
}
