import { IsNotEmpty, IsString } from 'class-validator';
import { Message, MessageSchema } from 'nestjs-fedora-messaging';

export class GreetingBody {
  @IsString()
  @IsNotEmpty()
  name!: string;
}

/** Somebody is greeted. The body is validated when the message is published, and when it is received. */
@MessageSchema('my-application.greeting', { topic: 'my-application.greeting', body: GreetingBody })
export class Greeting extends Message<GreetingBody> {
  override get summary(): string {
    return `Hello, ${this.body.name}!`;
  }
}
