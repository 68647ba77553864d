import { Injectable } from '@nestjs/common';

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
}

/**
 * Stands in for a mail server with greylisting. It refuses the first mail to each recipient, and takes the mail when it
 * comes again.
 */
@Injectable()
export class MailServer {
  private readonly known = new Set<string>();

  async send({ to, subject }: Mail): Promise<void> {
    const recipients = to.join(', ');
    if (!this.known.has(recipients)) {
      this.known.add(recipients);
      throw new Error(`450 ${recipients}: greylisted, try again later`);
    }
    console.log(`mail to ${recipients}: ${subject}`);
  }
}
