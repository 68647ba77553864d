import type { LazyModuleLoader } from '@nestjs/core';

/**
 * Calls a function each time that a module has been loaded lazily, before `load()` resolves; what it rejects with,
 * `load()` does. Nest runs no lifecycle hooks of such modules, and tells nobody about them; an application has one
 * loader.
 */
export function afterLazyLoad(loader: LazyModuleLoader, loaded: () => Promise<void>): void {
  const load = loader.load.bind(loader);
  loader.load = async (...args) => {
    const module = await load(...args);
    await loaded();
    return module;
  };
}
