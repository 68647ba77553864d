import 'reflect-metadata';
import { ConsoleLogger, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Consumer, FedoraMessagingModule } from '../../lib/index.js';

const { AMQP_URL: amqpUrl = '' } = process.env;

@Injectable()
class Handler {
  // Nothing is bound, so that messages of other tests do not arrive.
  @Consumer({ bindings: [] })
  onMessage(): void {}
}

@Module({
  imports: [FedoraMessagingModule.forRoot({ amqpUrl, monitoring: { port: 0, address: '127.0.0.1' } })],
  providers: [Handler],
})
class AppModule {}

const app = await NestFactory.createApplicationContext(AppModule, {
  logger: new ConsoleLogger({ colors: false }),
});
app.enableShutdownHooks();
console.log('ready');
