/** The version of a RabbitMQ, as it tells it in the handshake of a connection. */
export class RabbitMqVersion {
  private readonly numbers: number[];

  /** @param text such as `4.0.5` */
  constructor(text: unknown) {
    this.numbers = String(text).split('.').map(Number);
  }

  /** Whether it is this version, or a later one. */
  isSince(major: number, minor = 0): boolean {
    const [ownMajor = 0, ownMinor = 0] = this.numbers;
    return ownMajor > major || (ownMajor === major && ownMinor >= minor);
  }
}
