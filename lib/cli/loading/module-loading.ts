import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { resolve as resolveImport } from 'import-meta-resolve';
import { CommandError, messageOf } from '../command-error.js';
import { assertTrusted } from './trusted-packages.js';

/** The exports of a module. */
export type ModuleExports = Readonly<Record<string, unknown>>;

const FILE_EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];
const TYPESCRIPT_EXTENSIONS = new Set(['.ts', '.mts', '.cts']);

/**
 * Imports a module of the user: a package as seen from the working directory, or a file by its path from there. It
 * may be ESM, CommonJS or TypeScript.
 *
 * @param what the use of the module, for errors
 * @throws CommandError
 */
export async function importModule(module: string, what: string): Promise<ModuleExports> {
  return importUrl(isPath(module) ? urlOfFile(module, what) : urlOfPackage(module, what), module, what);
}

/** Imports a file, by its path from the working directory. @throws CommandError */
export async function importFile(file: string, what: string): Promise<ModuleExports> {
  return importUrl(urlOfFile(file, what), file, what);
}

/** Returns an export of a module, also exports of CommonJS modules that Node does not detect. */
export function exportOf(exports: ModuleExports, name: string): unknown {
  if (Object.hasOwn(exports, name)) return exports[name];
  const all: unknown = exports['default'];
  return typeof all === 'object' && all !== null ? (all as ModuleExports)[name] : undefined;
}

function isPath(module: string): boolean {
  return /^(\.{0,2}\/|\.{1,2}$)/.test(module);
}

function urlOfPackage(module: string, what: string): URL {
  assertTrusted(module, process.cwd(), what);
  try {
    return new URL(resolveImport(module, urlIn(process.cwd()).href));
  } catch (error) {
    const file = findFile(module);
    if (file) return pathToFileURL(file);
    throw new CommandError(
      `${what}: there is no module '${module}': ${process.cwd()} has neither a package nor a file of that name (${firstLine(error)})`,
      undefined,
      { cause: error },
    );
  }
}

function urlOfFile(path: string, what: string): URL {
  const file = findFile(path);
  if (file) return pathToFileURL(file);
  throw new CommandError(`${what}: there is no file ${resolve(path)}`);
}

function findFile(path: string): string | undefined {
  const whole = resolve(path);
  return ['', ...FILE_EXTENSIONS].map((extension) => whole + extension).find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

async function importUrl(url: URL, module: string, what: string): Promise<ModuleExports> {
  const isTypeScript = TYPESCRIPT_EXTENSIONS.has(extname(url.pathname));
  if (isTypeScript) await prepareTypeScript(url, what);
  try {
    return (await import(url.href)) as ModuleExports;
  } catch (error) {
    throw new CommandError(
      `${what}: the module '${module}' can't be imported${isTypeScript ? typeScriptHint(error) : ''}:\n${(error as Error)?.stack ?? messageOf(error)}`,
      undefined,
      { cause: error },
    );
  }
}

let isTsxRegistered = false;

/** Makes TypeScript run: with tsx if the user has installed it, otherwise with Node's own support. */
async function prepareTypeScript(url: URL, what: string): Promise<void> {
  isTsxRegistered ||= await registerTsx(url, what);
  // The feature is absent before Node 22.10, and false if Node does not strip types.
  if (isTsxRegistered || (process.features as { typescript?: string | false }).typescript) return;
  throw new CommandError(
    `${what}: ${fileURLToPath(url)} is TypeScript, which Node ${process.versions.node} does not run: install tsx next to it (npm install tsx), or compile it and name the JavaScript file`,
  );
}

/** Looks for tsx from the module's folder first, then from the working directory. */
async function registerTsx(module: URL, what: string): Promise<boolean> {
  for (const from of [module, urlIn(process.cwd())]) {
    assertTrusted('tsx', dirname(fileURLToPath(from)), what);
    let esm: string;
    try {
      esm = resolveImport('tsx/esm/api', from.href);
    } catch {
      continue;
    }
    const { register } = (await import(esm)) as { register: () => unknown };
    const commonJs = createRequire(from)('tsx/cjs/api') as { register: () => unknown };
    commonJs.register();
    register();
    return true;
  }
  return false;
}

/** The URL from which modules in a folder resolve their imports. */
function urlIn(folder: string): URL {
  return pathToFileURL(join(folder, 'any.js'));
}

function typeScriptHint(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: string; name?: string };
  if (isTsxRegistered || (code !== 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX' && name !== 'SyntaxError')) return '';
  return ' (Node itself runs TypeScript only where types can be left out; for decorators, install tsx)';
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return messageOf(message.split('\n')[0]);
}
