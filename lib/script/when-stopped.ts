import type { FedoraMessagingService } from '../module/index.js';

/** Resolves with the error that stopped a consumer, or with undefined when no consumer is left. */
export function whenStopped(service: FedoraMessagingService): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const check = (): void => {
      const [stopped] = service.stoppedConsumers;
      if (stopped) resolve(stopped.error);
      else if (service.consumers.length === 0) resolve(undefined);
    };
    service.events$.subscribe(({ type }) => {
      if (type === 'consumer-stopped') check();
    });
    check();
  });
}
