/*
 * Message classes from a Python package, on a recording, on RabbitMQ or on Fedora's bus: this program prints a line about each
 * message.
 */
import 'reflect-metadata';
import { readFile } from 'node:fs/promises';
import { NestFactory } from '@nestjs/core';
import { FedoraMessagingService, loads, Publisher } from 'nestjs-fedora-messaging';
import { AppModule } from './app.module.js';

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] });
app.enableShutdownHooks();
console.log(`live page: ${app.get(FedoraMessagingService).pageUrl}`);
console.log('watching; Ctrl+C ends');

// Publishes the recordings that the command line names. Nobody may publish on Fedora's public bus.
const recordings = process.env['FEDORA_CONF'] === undefined ? process.argv.slice(2) : [];
for (const file of recordings) {
  for (const message of loads(await readFile(file, 'utf8'))) await app.get(Publisher).publish(message);
}
