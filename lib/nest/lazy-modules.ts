import type { LazyModuleLoader } from '@nestjs/core';

/**
 * Calls a function after each lazy load of a module, before `load()` resolves. If the function rejects, `load()`
 * rejects with the same error. Nest runs no lifecycle hooks of such modules, and emits no event for them. An
 * application has one loader.
 */
export function afterLazyLoad(loader: LazyModuleLoader, loaded: () => Promise<void>): void {
  const load = loader.load.bind(loader);
  loader.load = async (...args) => {
    const module = await load(...args);
    await loaded();
    return module;
  };
}
