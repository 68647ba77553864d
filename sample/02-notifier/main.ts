/*
 * A service with dispatch by message class, a queue from the environment, a guard, retries, health and metrics: this program
 * publishes the messages of a file, as other applications would, and handles them.
 */
import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { loads, Publisher } from 'nestjs-fedora-messaging';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
app.enableShutdownHooks();
await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
const url = await app.getUrl();
console.log(`live page: ${url}/bus/`);
console.log(`listening: ${url}/health and ${url}/metrics; Ctrl+C ends`);

// Publishes the message files that the command line names, as other applications would do.
for (const file of process.argv.slice(2)) {
  for (const message of loads(await readFile(file, 'utf8'))) {
    await app.get(Publisher).publish(message);
    console.log(`published ${message.topic}`);
  }
}
