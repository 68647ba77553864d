import type { BodyClass } from './body-class.js';
import { fromBodyInstance, toBodyInstance } from './body-instance.js';

/**
 * The body of one message: JSON, and an instance of its class if it has one. The instance is made when somebody
 * asks for it, which spares messages whose body nobody reads; nothing else depends on whether somebody has.
 */
export class MessageBody {
  private json: unknown;
  private made: object | undefined;
  private isGiven = false;

  constructor(
    private readonly bodyClass: BodyClass | undefined,
    body: unknown,
  ) {
    this.set(body);
  }

  /** @param body JSON, or an instance of the class */
  set(body: unknown): void {
    this.json = body;
    this.isGiven = this.bodyClass !== undefined && body instanceof this.bodyClass;
    this.made = this.isGiven ? (body as object) : undefined;
  }

  /** The instance, or the JSON where there is no class: what may be changed from outside. */
  get value(): unknown {
    if (!this.bodyClass || typeof this.json !== 'object') return this.json;
    this.made ??= toBodyInstance(this.bodyClass, this.json);
    return this.made;
  }

  /** The instance, if there is one yet. */
  get instance(): object | undefined {
    return this.made;
  }

  /** The instance, if a program has made it rather than this library of JSON: it may be of a class that extends the body's. */
  get givenInstance(): object | undefined {
    return this.isGiven ? this.made : undefined;
  }

  /** The body as JSON has it, with all changes. */
  toJson(): unknown {
    return this.made ? fromBodyInstance(this.made) : this.json;
  }

  /** What {@link toJson} returns of another JSON that nobody has changed. */
  unchanged(json: unknown): unknown {
    return this.made && this.bodyClass ? fromBodyInstance(toBodyInstance(this.bodyClass, json)) : json;
  }
}
