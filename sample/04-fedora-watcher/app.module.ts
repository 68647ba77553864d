import { Module } from '@nestjs/common';
import { type FedoraMessagingOptions, FedoraMessagingModule } from 'nestjs-fedora-messaging';
import { Watcher } from './watcher.js';

/** Fedora's bus, if `FEDORA_CONF` names a configuration file; or else the embedded broker or that of `AMQP_URL`. */
export function optionsOf({ FEDORA_CONF, AMQP_URL }: NodeJS.ProcessEnv): FedoraMessagingOptions {
  // The live page, for this machine only, on any free port.
  const monitoring = { port: 0, page: true };
  if (FEDORA_CONF !== undefined) return { configFile: FEDORA_CONF, monitoring };
  return {
    monitoring,
    amqpUrl: AMQP_URL ?? 'memory://watcher',
    clientProperties: { app: 'watcher' },
    bindings: [{ exchange: 'amq.topic', routingKeys: ['org.fedoraproject.*.bakery.#'] }],
  };
}

@Module({
  imports: [FedoraMessagingModule.forRoot(optionsOf(process.env))],
  providers: [Watcher],
})
export class AppModule {}
