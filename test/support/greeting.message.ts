import { IsString } from 'class-validator';
import { Message, type MessageInit, MessageSchema } from '../../lib/index.js';

export class GreetingBody {
  @IsString() name!: string;
}

/** The message of tests of the testing tools. */
@MessageSchema('test.greeting', { topic: 'test.greeting', body: GreetingBody })
export class Greeting extends Message<GreetingBody> {
  override get summary(): string {
    return `Hello, ${this.body.name}!`;
  }

  static to<M extends Greeting>(this: new (init: MessageInit<GreetingBody>) => M, name: string): M {
    return new this({ body: { name } });
  }
}

@MessageSchema('test.greeting.farewell', { topic: 'test.farewell' })
export class Farewell extends Greeting {}
