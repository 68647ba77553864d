import { describe, expect, it } from 'vitest';
import {
  ConfigurationException,
  Consumer,
  OnMessage,
  OnPrePublish,
  OnPublished,
  OnPublishFailed,
} from '../../../lib/index.js';

type Decorate = (...args: unknown[]) => void;

describe.each<[name: string, decorate: Decorate]>([
  ['@Consumer', Consumer() as Decorate],
  ['@OnMessage', OnMessage() as Decorate],
  ['@OnPrePublish', OnPrePublish() as Decorate],
  ['@OnPublished', OnPublished() as Decorate],
  ['@OnPublishFailed', OnPublishFailed() as Decorate],
])('%s', (name, decorate) => {
  const refusal = (text: string): Error =>
    expect.objectContaining({ constructor: ConfigurationException, message: text }) as Error;

  it('refuses a static method, and the error gives advice', () => {
    expect(() => {
      class Handler {
        @decorate
        static onMessage(): void {}
      }
      return Handler;
    }).toThrow(
      refusal(
        `${name} decorates Handler.onMessage, a static method, which belongs to no provider: remove 'static'`,
      ),
    );
  });

  it.each(['an arrow function', 'a value'])(
    'refuses a property that is %s, and the error gives advice',
    (kind) => {
      expect(() => {
        class Handler {
          @decorate
          onMessage = kind === 'a value' ? 1 : () => undefined;
        }
        return Handler;
      }).toThrow(
        refusal(
          `${name} decorates Handler.onMessage, a property: write it as a method of the class, onMessage(…) { … }`,
        ),
      );
    },
  );

  it('refuses to be used as a standard decorator, and the error names the compiler option', () => {
    expect(() => decorate(() => undefined, { kind: 'method', name: 'onMessage' })).toThrow(
      refusal(
        `${name} decorates the method onMessage as a standard decorator, but Nest uses legacy decorators: set "experimentalDecorators": true in tsconfig.json, or the same option of your compiler`,
      ),
    );
  });

  it('refuses a static property', () => {
    expect(() => {
      class Handler {
        @decorate
        static onMessage = (): void => undefined;
      }
      return Handler;
    }).toThrow(
      refusal(
        `${name} decorates Handler.onMessage, a static property: write it as a method of the class, onMessage(…) { … }`,
      ),
    );
  });
});
