import type { Block } from './blocks.js';

/** Blocks that do not compile yet: the document, and the first line of the block. */
const NOT_YET_COMPILING: ReadonlySet<string> = new Set([
  "README.md: @Consumer(({ consumerConfig }) => ({ topology: 'updates', enabled: consumerConfig.notify === 'on' }), {",
  'README.md: @Consumer({',
  "README.md: @Consumer({ queues, bindings, messages: [UpdateComment, UpdateRequestTesting], unhandled: 'drop' })",
  "README.md: @Consumer({ queues, bindings, onError: 'retry', retry: { attempts: 5, delay: 1_000, maxDelay: 60_000 } }) // the defaults",
  'README.md: @OnPrePublish() // may change the message; an error fails the publish, and names the method',
  'README.md: @UseGuards(SeverityGuard)',
  'README.md: FedoraMessagingModule.forRootAsync({',
  'README.md: canActivate(context: ExecutionContext) {',
  'README.md: constructor(@InjectFedoraMessagingMetrics() private readonly messaging: Registry) {}',
  'README.md: override get bodySchema() {',
  'README.md: service.events$.subscribe((event) => …); // connected, disconnected, blocked, unblocked, consumer-stopped',
  'README.md: // tracing.ts',
  'README.md: @Injectable()',
  "README.md: @MessageSchema('bodhi.update.request.testing', {",
  'README.md: @Module({',
  'README.md: FedoraMessagingModule.forRoot({',
  "README.md: FedoraMessagingModule.forRoot({ amqpUrl, consumers: process.env.ROLE === 'worker' });",
  'README.md: await publisher.publish(message); // the broker has it',
  'README.md: const [consumer] = await service.consume((message) => console.log(`${message}`), { queues, bindings });',
  'README.md: const app = await Test.createTestingModule({ imports: [AppModule] }).compile();',
  'README.md: const broker = new TestingBroker();',
  'README.md: const disconnect = publisher.prePublish.connect(async (message) => {}); // published, publishFailed',
  'README.md: const message = new UpdateRequestTesting({ body });',
  "README.md: const parked = service.parkedMessages('my-queue'); // or ('my-queue', { parkingQueue: 'my-failures' })",
  "README.md: import { AsyncApiGenerator } from 'nestjs-fedora-messaging/asyncapi';",
  'README.md: onError: (error, attempt) =>',
]);

export function isNotYetCompiling({ page, text }: Block): boolean {
  return NOT_YET_COMPILING.has(`${page}: ${text.split('\n')[0]}`);
}
