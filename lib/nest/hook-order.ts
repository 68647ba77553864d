import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** A distance for {@link placeHooks}: farther from the root than any other module, global modules included. */
export const FARTHEST = Infinity;
/** A distance for {@link placeHooks}: nearer than the root itself. */
export const NEAREST = -1;

/**
 * Places a module's lifecycle hooks before or after those of other modules. Nest runs the bootstrap hooks of distant
 * modules first, and their destroy hooks last. Nest does not document `distance`.
 */
export function placeHooks(modules: ModulesContainer, metatype: Type, distance: number): void {
  for (const module of modules.values()) if (module.metatype === metatype) module.distance = distance;
}
