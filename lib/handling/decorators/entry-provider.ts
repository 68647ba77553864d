import { ENTRY_PROVIDER_WATERMARK } from '../../nest/index.js';

/**
 * Tells Nest that work enters the application through this class, as through a controller. Only then does Nest
 * instantiate request-scoped global enhancers for it.
 */
export function markAsEntryProvider(target: object): void {
  Reflect.defineMetadata(ENTRY_PROVIDER_WATERMARK, true, target);
}
