// bakery-messages 1.0.0 (MIT), by `fedora-messaging schemas import bakery-messages`. To change a class, extend it.
// Checksum: 9def9db94d7691da01e9e24110ac0395a1db29917a8fa5c15f17078146ca267e

import { MessageSchema, Severity } from 'nestjs-fedora-messaging';
import * as py from 'nestjs-fedora-messaging/python';
import { BakeryMessage } from './base.js';
import type { OvenBrokenV1Body } from './bodies.js';

/** The oven does not work. */
@MessageSchema('bakery.oven.broken.v1', {
  package: 'bakery_messages',
  topic: 'bakery.oven.broken',
  severity: Severity.WARNING,
  bodySchema: {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'object',
    properties: {
      agent: { type: 'string' },
      oven: { type: 'string', enum: ['bread', 'cake'] },
      degrees: {
        type: 'number',
        description: 'The temperature in degrees Celsius',
      },
    },
    required: ['agent', 'oven'],
  },
})
export class OvenBrokenV1 extends BakeryMessage<OvenBrokenV1Body> {
  override get summary(): string {
    return `${py.str(this.agentName)} reports that the ${py.str(py.item(this.body, 'oven'))} oven is broken`;
  }
}
