import type { BodyClass } from './body-class.js';
import { fromBodyInstance, toBodyInstance } from './body-instance.js';

/**
 * The body of one message: JSON, and an instance of the body class if there is a body class. The instance is made when
 * validation or the application needs it, because many bodies are never read. Nothing else depends on whether the
 * instance exists.
 */
export class MessageBody {
  private json: unknown;
  private made: object | undefined;
  /** The instance that validation made. The application has not seen it. */
  private kept: object | undefined;
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
    this.kept = undefined;
  }

  /** Keeps an instance of this body for its first use: to make it again would take as long. */
  keep(instance: object): void {
    this.kept = instance;
  }

  /** The instance, or the JSON without a body class. The application may change this object. */
  get value(): unknown {
    if (!this.bodyClass || typeof this.json !== 'object') return this.json;
    this.made ??= this.kept ?? toBodyInstance(this.bodyClass, this.json);
    return this.made;
  }

  /** The instance; undefined before first use. */
  get instance(): object | undefined {
    return this.made;
  }

  /** The instance that a program gave, if any. Its class may extend the body class. */
  get givenInstance(): object | undefined {
    return this.isGiven ? this.made : undefined;
  }

  /** The body as JSON, with all changes. */
  toJson(): unknown {
    return this.made ? fromBodyInstance(this.made) : this.json;
  }

  /** The result of {@link toJson} if `json` were the body and nobody had changed it. */
  unchanged(json: unknown): unknown {
    return this.made && this.bodyClass ? fromBodyInstance(toBodyInstance(this.bodyClass, json)) : json;
  }
}
