import { Message, MessageBody, OnMessage } from '../../../lib/index.js';

// `npm run typecheck` compiles this: each line that is expected to be wrong must be.

class Update extends Message<{ alias: string }> {}
class Testing extends Update {
  readonly isTesting = true;
}
class Comment extends Message<{ text: string }> {
  readonly isComment = true;
}
abstract class Abstract extends Message<{ n: number }> {
  abstract readonly n: number;
}

export class Right {
  @OnMessage(Update)
  itself(_message: Update): void {}

  @OnMessage(Testing)
  whatItExtends(_message: Update): Promise<void> {
    return Promise.resolve();
  }

  @OnMessage(Testing, Comment)
  aUnion(_message: Testing | Comment, _context: unknown): void {}

  @OnMessage(Testing, Comment)
  aPlainMessage(_message: Message): void {}

  @OnMessage(Comment)
  anyMessage(_message?: Message<object>): void {}

  @OnMessage(Comment)
  nothing(): void {}

  @OnMessage(Comment)
  aPart(@MessageBody('text') _text: string): void {}

  @OnMessage(Abstract)
  anAbstractClass(message: Abstract): number {
    return message.n;
  }

  @OnMessage()
  theRest(_message: Message): void {}
}

export class Wrong {
  // @ts-expect-error -- a Comment is no Update
  @OnMessage(Comment)
  another(_message: Update): void {}

  // @ts-expect-error -- not every Update is Testing
  @OnMessage(Update)
  tooNarrow(_message: Testing): void {}

  // @ts-expect-error -- a Comment may come, too
  @OnMessage(Testing, Comment)
  oneOfTwo(_message: Testing): void {}

  // @ts-expect-error -- anything may come
  @OnMessage()
  notTheRest(_message: Comment): void {}

  // @ts-expect-error -- not a class of messages
  @OnMessage(Date)
  noMessage(_message: Message): void {}
}
