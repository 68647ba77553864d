import { ENTRY_PROVIDER_WATERMARK } from '../../nest/index.js';

/**
 * Tells Nest that work enters the application by this class, as by a controller: only then are global
 * enhancers that are request-scoped instantiated for it.
 */
export function markAsEntryProvider(target: object): void {
  Reflect.defineMetadata(ENTRY_PROVIDER_WATERMARK, true, target);
}
