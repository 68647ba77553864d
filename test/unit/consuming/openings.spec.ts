import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { BrokerConnection } from '../../../lib/broker/index.js';
import { Openings } from '../../../lib/consuming/running/openings.js';
import { BadDeclaration } from '../../../lib/exceptions/index.js';
import { LibraryLogger } from '../../../lib/logging/index.js';
import { planOf } from '../../support/consumer-plan.js';
import { errorOf } from '../../support/error-of.js';
import { closedWith, FakeConnection } from '../../support/fake-channels.js';

const REFUSAL = closedWith(541, 'INTERNAL_ERROR - not permitted');
const NEVER = new AbortController().signal;

/** A broker that answers declarations of queues when the test says so. */
class Stage extends EventEmitter {
  /** The queues whose declaration is not answered, in the order of arrival. */
  readonly waiting: string[] = [];
  readonly openings: Openings;
  private answers = new Map<string, { resolve: (state: unknown) => void; reject: (error: Error) => void }>();
  private opened = this.newConnection();

  constructor() {
    super();
    this.openings = new Openings(
      this as unknown as BrokerConnection,
      { exchanges: {}, passiveDeclares: false, reconnect: {} },
      new LibraryLogger(),
    );
  }

  connect = async (): Promise<FakeConnection> => this.opened;

  /** Answers a declaration. */
  accept(queue: string): void {
    this.answers.get(queue)!.resolve({ queue });
    this.waiting.splice(this.waiting.indexOf(queue), 1);
  }

  /** Closes the connection, as for a refusal. Declarations get no answer. */
  close(refusal: Error): void {
    this.emit('refused', refusal);
    for (const queue of this.waiting.splice(0))
      this.answers.get(queue)!.reject(new Error('Channel ended, no reply will be forthcoming'));
    this.opened = this.newConnection();
  }

  async whenDeclared(...queues: string[]): Promise<void> {
    await expect.poll(() => this.waiting).toEqual(queues);
  }

  private newConnection(): FakeConnection {
    return new FakeConnection(({ answers }) => {
      answers['assertQueue'] = (queue) =>
        new Promise((resolve, reject) => {
          this.waiting.push(queue as string);
          this.answers.set(queue as string, { resolve, reject });
        });
    });
  }
}

describe('a connection that the broker closes because of a refused declaration', () => {
  it('is the fault of the only consumer that declares: its error has the declaration and the reason', async () => {
    const stage = new Stage();
    const opened = errorOf(stage.openings.open(planOf({ queue: 'bad' }), undefined, NEVER));
    await stage.whenDeclared('bad');
    stage.close(REFUSAL);
    const error = await opened;
    expect(error).toBeInstanceOf(BadDeclaration);
    expect(error).toMatchObject({
      objectType: 'queue',
      description: { name: 'bad', durable: true },
      reason: 'INTERNAL_ERROR - not permitted',
      cause: REFUSAL,
    });
  });

  it('makes consumers that declared together declare one after the other, until the refused declaration is found', async () => {
    const stage = new Stage();
    const [good, bad] = [planOf({ queue: 'good' }), planOf({ queue: 'bad' })];
    const open = (plan: typeof good) => stage.openings.open(plan, undefined, NEVER);
    const first = [errorOf(open(good)), errorOf(open(bad))];
    await stage.whenDeclared('good', 'bad');
    stage.close(REFUSAL);
    expect(await Promise.all(first)).toEqual([REFUSAL, REFUSAL]);

    const failed = errorOf(open(bad));
    const opened = open(good);
    await stage.whenDeclared('bad');
    stage.close(REFUSAL);
    expect(await failed).toBeInstanceOf(BadDeclaration);
    await stage.whenDeclared('good');
    stage.accept('good');
    expect(await opened).toMatchObject({ queue: 'good', isAlive: true });

    // A consumer whose declaration has passed waits for no other consumer.
    const again = [open(good), open(planOf({ queue: 'third' }))];
    await stage.whenDeclared('good', 'third');
    stage.accept('good');
    stage.accept('third');
    await Promise.all(again);
  });

  it('makes a suspect wait for declarations under way, and later declarations wait for the suspect', async () => {
    const stage = new Stage();
    const [early, good, bad, late] = ['early', 'good', 'bad', 'late'].map((queue) => planOf({ queue }));
    const open = (plan = good!) => stage.openings.open(plan, undefined, NEVER);
    const first = [errorOf(open(good)), errorOf(open(bad))];
    await stage.whenDeclared('good', 'bad');
    stage.close(REFUSAL);
    await Promise.all(first);

    const opened = [open(early), errorOf(open(bad)), open(late)] as const;
    await stage.whenDeclared('early');
    stage.accept('early');
    await stage.whenDeclared('bad');
    stage.close(REFUSAL);
    expect(await opened[1]).toBeInstanceOf(BadDeclaration);
    await stage.whenDeclared('late');
    stage.accept('late');
    expect(await opened[0]).toMatchObject({ queue: 'early' });
    expect(await opened[2]).toMatchObject({ queue: 'late', isAlive: true });
  });

  it('does not delay a consumer that is cancelled while it waits for its turn', async () => {
    const stage = new Stage();
    const plans = [planOf({ queue: 'one' }), planOf({ queue: 'two' })];
    const first = plans.map((plan) => errorOf(stage.openings.open(plan, undefined, NEVER)));
    await stage.whenDeclared('one', 'two');
    stage.close(REFUSAL);
    await Promise.all(first);
    const cancelling = new AbortController();
    const held = stage.openings.open(plans[0]!, undefined, NEVER);
    const cancelled = stage.openings.open(plans[1]!, undefined, cancelling.signal);
    await stage.whenDeclared('one');
    cancelling.abort();
    expect(await cancelled).toBeUndefined();
    stage.accept('one');
    await held;
    expect(stage.waiting).toEqual([]);
  });

  it('does not affect a consumer that declares nothing at that time', async () => {
    const stage = new Stage();
    const opened = stage.openings.open(planOf({ queue: 'good' }), undefined, NEVER);
    await stage.whenDeclared('good');
    stage.accept('good');
    await opened;
    stage.close(REFUSAL);
    const again = stage.openings.open(planOf({ queue: 'good' }), undefined, NEVER);
    await stage.whenDeclared('good');
    stage.accept('good');
    expect(await again).toMatchObject({ isAlive: true });
  });
});
