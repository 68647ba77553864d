/*
 * Message classes, a publisher and two handlers: this program publishes a message. A handler publishes another message about it,
 * and the program ends when it has seen both. With `--stay` it goes on, for the live page.
 */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FedoraMessagingService, Publisher } from 'nestjs-fedora-messaging';
import { AppModule } from './app.module.js';
import { AuditLog } from './audit-log.js';
import { publishUpdatesUntilStopped } from './busy-bus.js';
import { UpdateRequested } from './messages/update-requested.message.js';

const isToStay = process.argv.includes('--stay');

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
const { pageUrl } = app.get(FedoraMessagingService);
console.log(`live page: ${pageUrl} (${isToStay ? 'Ctrl+C ends' : 'npm run demo -- --stay keeps it open'})`);
const told = app.get(AuditLog).whenSeen('quick-start.notification.sent');

const message = new UpdateRequested({
  body: { agent: 'bob', update: { alias: 'FEDORA-2026-1', builds: [{ nvr: 'kernel-6.12.1-100.fc43' }] } },
});
await app.get(Publisher).publish(message);
console.log(`main published     ${message.summary}`);

await told;
if (isToStay) await publishUpdatesUntilStopped(app.get(Publisher));
await app.close();
console.log('done');
