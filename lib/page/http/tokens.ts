import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Visitor } from '../protocol.js';

/** The header in which an action has the token of its visitor. */
export const TOKEN_HEADER = 'x-fedora-messaging-token';

/** The tokens that prove that the page itself sent an action: another page in the same browser can't read them. */
export class Tokens {
  private readonly secret = randomBytes(32);

  /** The visitor with the token that his actions need; unchanged when he may not act. */
  give(visitor: Visitor): Visitor {
    return visitor.actions ? { ...visitor, token: this.of(visitor) } : visitor;
  }

  isOf(visitor: Visitor, token: unknown): boolean {
    const given = Buffer.from(typeof token === 'string' ? token : '');
    const right = Buffer.from(this.of(visitor));
    return given.length === right.length && timingSafeEqual(given, right);
  }

  private of({ name = '' }: Visitor): string {
    return createHmac('sha256', this.secret).update(name).digest('base64url');
  }
}
