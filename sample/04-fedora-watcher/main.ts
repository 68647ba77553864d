import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { loads, Publisher } from 'nestjs-fedora-messaging';
import { AppModule } from './app.module.js';

// On a real broker, it runs until Ctrl+C. The embedded broker ends with the last message.
const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
app.enableShutdownHooks();
console.log('watching');

// Publishes the recordings that the command line names. Nobody may publish on Fedora's public bus.
const recordings = process.env['FEDORA_CONF'] === undefined ? process.argv.slice(2) : [];
for (const file of recordings) {
  for (const message of loads(await readFile(file, 'utf8'))) await app.get(Publisher).publish(message);
}
