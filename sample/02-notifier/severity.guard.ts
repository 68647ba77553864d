import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { type Severity, switchToFedoraMessaging } from 'nestjs-fedora-messaging';

/** Lets messages of a severity and above through. Other messages are dropped. */
export class SeverityGuard implements CanActivate {
  constructor(private readonly minimum: Severity) {}

  canActivate(context: ExecutionContext): boolean {
    return switchToFedoraMessaging(context).message.severity >= this.minimum;
  }
}
