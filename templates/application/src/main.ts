import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { GreetingsPublisher } from './greetings.publisher.js';

const app = await NestFactory.createApplicationContext(AppModule);
// At SIGTERM and SIGINT, handlers finish their message. The process then ends, also as process 1 of a container.
app.enableShutdownHooks([], { useProcessExit: true });
await app.get(GreetingsPublisher).greet('Fedora');
