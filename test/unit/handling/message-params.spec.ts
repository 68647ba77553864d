import {
  BadRequestException,
  Catch,
  createParamDecorator,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  ParseIntPipe,
  type PipeTransform,
  type Provider,
  UseFilters,
  UsePipes,
  ValidationPipe,
} from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { IsString, MinLength } from 'class-validator';
import { describe, expect, it } from 'vitest';
import {
  Consumer,
  type FedoraMessagingContext,
  Message,
  MessageBody,
  MessageContext,
  MessageHeader,
  MessageSchema,
  MessageTopic,
  switchToFedoraMessaging,
} from '../../../lib/index.js';
import { startApp } from '../../support/application.js';
import { publishAndSettle } from '../../support/handled.js';
import { memoryUrl } from '../../support/memory-url.js';

class PackageBody {
  @IsString() name!: string;
  @IsString() release!: string;
}

@MessageSchema('test.params.package', { topic: 'test.params', body: PackageBody })
class PackageMessage extends Message<PackageBody> {}

const packageMessage = (body: Partial<PackageBody> = {}, headers = {}): PackageMessage =>
  new PackageMessage({ body: { name: 'bash', release: '7', ...body }, headers });

const appWith = (...providers: Provider[]) => startApp({ options: { amqpUrl: memoryUrl() }, providers });

describe('parameter decorators', () => {
  it('pass the named parts of a message', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Handler {
      @Consumer()
      onPackage(
        @MessageBody() body: PackageBody,
        @MessageBody('name') name: string,
        @MessageBody('missing') missing: unknown,
        @MessageHeader('x-build') build: string,
        @MessageTopic() topic: string,
        @MessageContext() context: FedoraMessagingContext,
      ): void {
        seen.push(body, name, missing, build, topic, context);
      }
    }
    await publishAndSettle(await appWith(Handler), packageMessage({}, { 'x-build': '12' }));
    expect(seen.slice(0, 5)).toEqual([
      { name: 'bash', release: '7' },
      'bash',
      undefined,
      '12',
      'test.params',
    ]);
    expect(seen[0]).toBeInstanceOf(PackageBody);
    expect(seen[5]).toMatchObject({ attempt: 1, message: { topic: 'test.params' } });
  });

  it('leave the message as the first and the context as the second argument, unless these are decorated', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Handler {
      @Consumer({ messages: [PackageMessage] })
      onPackage(
        message: PackageMessage,
        context: FedoraMessagingContext,
        @MessageBody('name') name: string,
      ): void {
        seen.push(message, context.message, name);
      }
    }
    await publishAndSettle(await appWith(Handler), packageMessage());
    expect(seen[0]).toBeInstanceOf(PackageMessage);
    expect(seen[1]).toBe(seen[0]);
    expect(seen[2]).toBe('bash');
  });

  it('work next to custom decorators', async () => {
    const Agent = createParamDecorator((suffix: string, context: ExecutionContext) => {
      return `${switchToFedoraMessaging(context).message.topic}${suffix}`;
    });
    const seen: unknown[] = [];

    @Injectable()
    class Handler {
      @Consumer()
      onPackage(@Agent('!') custom: string, @MessageTopic() topic: string): void {
        seen.push(custom, topic);
      }
    }
    await publishAndSettle(await appWith(Handler), packageMessage());
    expect(seen).toEqual(['test.params!', 'test.params']);
  });

  it('are inherited with the handler', async () => {
    const seen: unknown[] = [];

    class Base {
      @Consumer()
      onPackage(@MessageBody('name') name: string): void {
        seen.push(name);
      }
    }

    @Injectable()
    class Derived extends Base {}
    await publishAndSettle(await appWith(Derived), packageMessage());
    expect(seen).toEqual(['bash']);
  });
});

describe('pipes of a handler', () => {
  @Injectable()
  class Suffix {
    readonly text = '?';
  }

  @Injectable()
  class SuffixPipe implements PipeTransform<string, string> {
    constructor(private readonly suffix: Suffix) {}

    transform(value: string): string {
      return `${value}${this.suffix.text}`;
    }
  }

  it('of a parameter transform its value, and get their dependencies', async () => {
    const seen: unknown[] = [];

    @Injectable()
    class Handler {
      @Consumer()
      onPackage(
        @MessageBody('release', ParseIntPipe) release: number,
        @MessageHeader('x-build', ParseIntPipe) build: number,
        @MessageTopic(SuffixPipe) topic: string,
      ): void {
        seen.push(release, build, topic);
      }
    }
    await publishAndSettle(await appWith(Handler, Suffix), packageMessage({}, { 'x-build': '12' }));
    expect(seen).toEqual([7, 12, 'test.params?']);
  });

  it('of the method transform every parameter except the context, and except an undecorated message', async () => {
    const seen: unknown[] = [];
    const tag: PipeTransform = { transform: (value: unknown) => ({ tagged: value }) };

    @Injectable()
    class Handler {
      @UsePipes(tag)
      @Consumer()
      onPackage(message: { tagged: Message }, context: FedoraMessagingContext): void {
        seen.push(message.tagged, context.attempt);
      }
    }
    await publishAndSettle(await appWith(Handler), packageMessage());
    expect(seen).toEqual([expect.any(PackageMessage), 1]);
  });

  it('of the application validate a decorated body, and leave a whole message alone', async () => {
    class StrictBody {
      @MinLength(5) name!: string;
    }
    const caught: unknown[] = [];
    const seen: unknown[] = [];

    @Catch(BadRequestException)
    class Caught implements ExceptionFilter {
      catch(error: BadRequestException): void {
        caught.push((error.getResponse() as { message: string[] }).message);
      }
    }

    @Injectable()
    @UseFilters(Caught)
    class Handler {
      @Consumer({ bindings: [{ exchange: 'amq.topic', routingKeys: ['test.params'] }] })
      onBody(@MessageBody() body: StrictBody): void {
        seen.push(body);
      }

      @Consumer({
        bindings: [{ exchange: 'amq.topic', routingKeys: ['test.params'] }],
        messages: [PackageMessage],
      })
      onMessage(message: PackageMessage): void {
        seen.push(message.body);
      }
    }
    const app = await appWith(Handler, {
      provide: APP_PIPE,
      useValue: new ValidationPipe({ transform: true, whitelist: true }),
    });
    await publishAndSettle(app, packageMessage());
    await expect.poll(() => caught).toEqual([[expect.stringContaining('name must be longer')]]);
    await expect.poll(() => seen).toEqual([{ name: 'bash', release: '7' }]);
    seen.length = 0;
    await publishAndSettle(app, packageMessage({ name: 'kernel' }));
    await expect.poll(() => seen.length).toBe(2);
    expect(seen).toContainEqual({ name: 'kernel' });
  });

  it('make the handler fail when they refuse a value, and onError decides', async () => {
    @Injectable()
    class Handler {
      @Consumer({ onError: 'drop' })
      onPackage(@MessageBody('name', ParseIntPipe) _name: number): void {
        throw new Error('never called');
      }
    }
    expect(await publishAndSettle(await appWith(Handler), packageMessage())).toMatchObject({ failed: 1 });
  });
});
