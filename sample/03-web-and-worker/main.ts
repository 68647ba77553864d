/*
 * One code base for two kinds of processes: this program is a web application, which publishes, or a worker, which consumes, or
 * both. `ROLE` decides.
 */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { roleOf } from './role.js';

const logger: ['warn', 'error'] = ['warn', 'error'];

if (roleOf(process.env) === 'worker') {
  const worker = await NestFactory.createApplicationContext(AppModule, { logger });
  worker.enableShutdownHooks();
  console.log('worker consuming; Ctrl+C ends');
} else {
  const web = await NestFactory.create(AppModule, { logger });
  web.enableShutdownHooks();
  await web.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
  const url = await web.getUrl();
  console.log(`live page: ${url}/bus/`);
  console.log(`web listening: ${url}; Ctrl+C ends`);
}
