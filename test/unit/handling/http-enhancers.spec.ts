import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  HttpStatus,
  Injectable,
  Module,
  type NestInterceptor,
  type PipeTransform,
  type Provider,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost, NestFactory } from '@nestjs/core';
import { type Observable, tap } from 'rxjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Consumer,
  Drop,
  FedoraMessagingModule,
  type FedoraMessagingModuleOptions,
  FedoraMessagingService,
  Message,
} from '../../../lib/index.js';
import { captureLog, type LogLine, testLogger } from '../../support/captured-log.js';
import { publishAndSettle } from '../../support/handled.js';
import { memoryUrl } from '../../support/memory-url.js';

interface HttpRequest {
  url: string;
  user?: { roles: string[] };
  headers: { authorization?: string };
}

/** The guard of Nest's documentation that returns false when nobody is logged in. */
@Injectable()
class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    return request.headers.authorization === 'Bearer of a token';
  }
}

/** The guard of Nest's documentation that throws when nobody is logged in. */
@Injectable()
class JwtGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<HttpRequest>();
    if (!headers.authorization) throw new UnauthorizedException();
    return true;
  }
}

/** The filter of Nest's documentation that catches everything. */
@Catch()
class CatchEverythingFilter implements ExceptionFilter {
  constructor(private readonly httpAdapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const { httpAdapter } = this.httpAdapterHost;
    const context = host.switchToHttp();
    const status =
      exception instanceof HttpException ? exception.getStatus() : HttpStatus.INTERNAL_SERVER_ERROR;
    const body = { status, path: httpAdapter.getRequestUrl(context.getRequest()) as string };
    httpAdapter.reply(context.getResponse(), body, status);
  }
}

const message = (): Message<object> => new Message({ topic: 'test.http' });

@Injectable()
class Handler {
  readonly handled: string[] = [];

  @Consumer({ onError: 'drop' })
  onMessage(received: Message): void {
    this.handled.push(received.topic);
  }
}

class OutOfPaper extends Error {}

@Injectable()
class FailingHandler {
  @Consumer()
  onMessage(): void {
    throw new OutOfPaper('The printer is out of paper');
  }
}

/** Starts a web application with the HTTP adapter of Express. */
async function startWebApp(providers: Provider[], options: FedoraMessagingModuleOptions = {}) {
  @Module({ imports: [FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl(), ...options })], providers })
  class AppModule {}
  const app = await NestFactory.create(AppModule, { logger: testLogger(), abortOnError: false });
  onTestFinished(() => app.close());
  return app.init();
}

function warningsOfGuards(log: LogLine[]): string[] {
  return log
    .filter(({ level, text }) => level === 'warn' && text.startsWith('The guard'))
    .map(({ text }) => text);
}

describe('a global guard for HTTP requests', () => {
  it('is named, with advice, when it denies a message', async () => {
    const log = captureLog();
    const app = await startWebApp([Handler, { provide: APP_GUARD, useClass: AuthGuard }]);
    expect(await publishAndSettle(app, message())).toMatchObject({ dropped: 1 });
    expect(warningsOfGuards(log)).toEqual([
      expect.stringMatching(
        /^The guard AuthGuard of Handler\.onMessage denies .*, which is dropped\. .*isFedoraMessagingContext\(host\).*'inheritAppConfig: false'/,
      ),
    ]);
  });

  it('is named once, with advice, when it throws', async () => {
    const log = captureLog();
    const app = await startWebApp([Handler, { provide: APP_GUARD, useClass: JwtGuard }]);
    expect(await publishAndSettle(app, message(), message())).toMatchObject({ failed: 2 });
    expect(warningsOfGuards(log)).toEqual([
      expect.stringMatching(
        /^The guard JwtGuard of Handler\.onMessage throws: Unauthorized\. .*isFedoraMessagingContext\(host\).*'inheritAppConfig: false'/,
      ),
    ]);
  });

  it('is not named when a filter handles its error', async () => {
    @Catch(UnauthorizedException)
    class Dropping implements ExceptionFilter {
      catch(): void {
        throw new Drop();
      }
    }
    const log = captureLog();
    const app = await startWebApp([
      Handler,
      { provide: APP_GUARD, useClass: JwtGuard },
      { provide: APP_FILTER, useClass: Dropping },
    ]);
    expect(await publishAndSettle(app, message())).toMatchObject({ dropped: 1, failed: 0 });
    expect(log.filter(({ text }) => text.includes('JwtGuard'))).toEqual([]);
  });
});

describe('a filter that throws its own error', () => {
  it("does not hide the handler's error: the log has both, and the consumer stops with the handler's error", async () => {
    const log = captureLog();
    const app = await startWebApp([FailingHandler, { provide: APP_FILTER, useClass: CatchEverythingFilter }]);
    expect(await publishAndSettle(app, message())).toMatchObject({ failed: 1 });
    const errors = log.filter(({ level }) => level === 'error').map(({ text }) => text);
    expect(errors).toEqual([
      expect.stringMatching(
        /^An exception filter of FailingHandler\.onMessage throws: response\.status is not a function, .*: The printer is out of paper\. .*isFedoraMessagingContext\(host\).*'inheritAppConfig: false'/,
      ),
      expect.stringMatching(/^FailingHandler\.onMessage failed on .*: The printer is out of paper;/),
    ]);
    const [stopped] = app.get(FedoraMessagingService).stoppedConsumers;
    expect(stopped!.error).toBeInstanceOf(OutOfPaper);
  });

  it("decides with its own error when that has the handler's error as its cause", async () => {
    class PrintFailed extends Error {}

    @Catch(OutOfPaper)
    class Translating implements ExceptionFilter {
      catch(error: Error): void {
        throw new PrintFailed('Nothing is printed', { cause: error });
      }
    }
    const log = captureLog();
    const app = await startWebApp([FailingHandler, { provide: APP_FILTER, useClass: Translating }]);
    await publishAndSettle(app, message());
    const [stopped] = app.get(FedoraMessagingService).stoppedConsumers;
    expect(stopped!.error).toBeInstanceOf(PrintFailed);
    expect(log.filter(({ text }) => text.startsWith('An exception filter'))).toEqual([]);
  });
});

describe('the option inheritAppConfig: false', () => {
  const seen: string[] = [];

  @Injectable()
  class SeeingInterceptor implements NestInterceptor {
    intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
      return next.handle().pipe(tap({ complete: () => seen.push('interceptor') }));
    }
  }

  @Injectable()
  class SeeingPipe implements PipeTransform {
    transform(value: unknown): unknown {
      seen.push('pipe');
      return value;
    }
  }

  @Injectable()
  class SeeingGuard implements CanActivate {
    canActivate(): boolean {
      seen.push('guard');
      return true;
    }
  }

  @Injectable()
  @UseGuards(SeeingGuard)
  class GuardedHandler extends Handler {
    @Consumer({ onError: 'drop' })
    override onMessage(received: Message): void {
      super.onMessage(received);
    }
  }
  const ofApplication: Provider[] = [
    { provide: APP_INTERCEPTOR, useClass: SeeingInterceptor },
    { provide: APP_PIPE, useClass: SeeingPipe },
    { provide: APP_GUARD, useClass: SeeingGuard },
  ];

  it('keeps all global enhancers away from messages, and keeps those of the class', async () => {
    seen.length = 0;
    const providers = [GuardedHandler, ...ofApplication];
    const inheriting = await startWebApp(providers);
    await publishAndSettle(inheriting, message());
    expect(seen.toSorted()).toEqual(['guard', 'guard', 'interceptor', 'pipe']);
    seen.length = 0;
    const app = await startWebApp(providers, { inheritAppConfig: false });
    await publishAndSettle(app, message());
    expect(seen).toEqual(['guard']);
  });

  it.each([AuthGuard, JwtGuard])(
    'lets messages pass when the application has the guard %o',
    async (guard) => {
      const app = await startWebApp(
        [
          Handler,
          { provide: APP_GUARD, useClass: guard },
          { provide: APP_FILTER, useClass: CatchEverythingFilter },
        ],
        { inheritAppConfig: false },
      );
      expect(await publishAndSettle(app, message())).toMatchObject({ processed: 1 });
      expect(app.get(Handler).handled).toEqual(['test.http']);
    },
  );

  it('is for one bus: global enhancers apply to messages of other buses', async () => {
    @Injectable()
    class OnBoth {
      @Consumer()
      onMessage(): void {}

      @Consumer({ bus: 'staging' })
      onStaging(): void {}
    }

    @Module({
      imports: [
        FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl(), inheritAppConfig: false }),
        FedoraMessagingModule.forRoot({ amqpUrl: memoryUrl(), bus: 'staging' }),
      ],
      providers: [OnBoth, { provide: APP_GUARD, useClass: AuthGuard }],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    onTestFinished(() => app.close());
    expect(await publishAndSettle(app, message())).toMatchObject({ processed: 1 });
    const staging = app.get<FedoraMessagingService>('FedoraMessaging:staging:FedoraMessagingService');
    await staging.publish(message());
    await expect.poll(() => staging.statistics.consumed).toMatchObject({ dropped: 1, processed: 0 });
  });
});
