import { ExitCode } from '../../exceptions/index.js';
import { type ConsumerCallback, isHandling } from '../../consuming/index.js';
import type { CallbackOptions } from '../commands/options/callback-options.js';
import { CommandError } from '../command-error.js';
import { exportOf, importFile, importModule } from './module-loading.js';

/**
 * Loads the callback of the options, or else of the configuration file.
 *
 * @throws CommandError, with the exit code of the Python library's command, when it can't be loaded
 */
export async function loadConfiguredCallback(
  options: CallbackOptions,
  configured: string | null,
): Promise<ConsumerCallback | undefined> {
  try {
    return await loadNamed(options, configured);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(error.message, ExitCode.GENERAL, { cause: error });
  }
}

async function loadNamed(
  { callback, callbackFile }: CallbackOptions,
  configured: string | null,
): Promise<ConsumerCallback | undefined> {
  if (callbackFile !== undefined) return loadCallbackFile(callbackFile, 'option --callback-file');
  if (callback !== undefined) return loadCallback(callback, 'option --callback');
  return configured ? loadCallback(configured, 'callback in the configuration file') : undefined;
}

/** Loads the callback at `MODULE:EXPORT`. */
async function loadCallback(path: string, what: string): Promise<ConsumerCallback> {
  const { module, name } = split(path, what);
  return toCallback(exportOf(await importModule(module, what), name), path, what);
}

/** Loads the callback at `FILE#EXPORT`; without a name, it is the default export. */
async function loadCallbackFile(path: string, what: string): Promise<ConsumerCallback> {
  const [, file, name = 'default'] =
    /^(.*?)(?:[#:]([\p{ID_Start}$_][\p{ID_Continue}$]*))?$/su.exec(path) ?? [];
  return toCallback(exportOf(await importFile(file!, what), name), path, what);
}

/** Loads the user's class at `MODULE:EXPORT`. @throws CommandError */
export async function loadClass(path: string, what: string): Promise<new () => object> {
  const { module, name } = split(path, what);
  const loaded = exportOf(await importModule(module, what), name);
  if (typeof loaded !== 'function') throw notExported(path, what, 'class', loaded);
  return loaded as new () => object;
}

function split(path: string, what: string): { module: string; name: string } {
  const colon = path.lastIndexOf(':');
  const [module, name] = [path.slice(0, colon), path.slice(colon + 1)];
  if (colon > 0 && name !== '') return { module, name };
  throw new CommandError(
    `${what}: '${path}' must be MODULE:EXPORT, such as my-consumers:onMessage or ./consumer.js:onMessage`,
  );
}

function toCallback(loaded: unknown, path: string, what: string): ConsumerCallback {
  if (typeof loaded !== 'function' && !isHandling(loaded)) {
    throw notExported(path, what, 'function, or class or object with a handle(message) method', loaded);
  }
  return loaded as ConsumerCallback;
}

function notExported(path: string, what: string, wanted: string, loaded: unknown): CommandError {
  const found = loaded === undefined ? 'nothing of that name' : `a ${typeof loaded}`;
  return new CommandError(`${what}: '${path}' must name an exported ${wanted}; the module has ${found}`);
}
