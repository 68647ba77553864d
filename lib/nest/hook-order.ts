import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** Farther from the root than any other module, global ones included. */
export const FARTHEST = Infinity;
/** Nearer than the root itself. */
export const NEAREST = -1;

/**
 * Places a module's lifecycle hooks among those of all others. Nest runs the bootstrap hooks of distant modules first, and
 * their destroy hooks last; `distance` is not in its documentation.
 */
export function placeHooks(modules: ModulesContainer, metatype: Type, distance: number): void {
  for (const module of modules.values()) if (module.metatype === metatype) module.distance = distance;
}
