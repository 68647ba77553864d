import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { COMPILERS } from '../support/compilers.js';
import { type Block, fileNameOf, type Page } from './blocks.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
/** A package with message classes in Python, which pages import. */
const PYTHON_PACKAGE = join(ROOT, 'sample/04-fedora-watcher/python/bakery-messages');
/** An error of the compiler. Lines that continue it begin with spaces. */
const DIAGNOSTIC = /^(.+)\((\d+),\d+\): error (TS\d+: .*(?:\n .*)*)/gm;

/** A program with an error of types. The compiler finds it, unless an error of syntax elsewhere stops it before. */
const CANARY = { file: 'pages/canary.ts', text: 'export const canary: string = 1;\n' };

/** An error of the compiler in a document. */
export interface Diagnostic {
  /** The document and its line. */
  readonly place: string;
  readonly text: string;
}

/** The programs of all documents, which one run of the compiler has built together with the package. */
export class BuiltDocuments {
  private readonly diagnostics = new Map<Block, Diagnostic[]>();

  private constructor(private readonly folder: string) {}

  /**
   * @param programs the blocks to compile
   * @throws Error if the package or the syntax of a block is wrong: the compiler then says nothing about other blocks
   */
  static async build(pages: readonly Page[], programs: readonly Block[]): Promise<BuiltDocuments> {
    mkdirSync(join(ROOT, '.build'), { recursive: true });
    const built = new BuiltDocuments(mkdtempSync(join(ROOT, '.build/documents-')));
    const sources = new Map(programs.map((block) => [built.sourceOf(block), block]));
    for (const [file, { program }] of sources) {
      // Every block is a module, and may await.
      write(file, [...program.map(({ text }) => text), 'export {};\n'].join('\n'));
    }
    write(join(built.folder, CANARY.file), CANARY.text);
    built.collect(await built.compile(), sources);
    built.install();
    for (const { blocks, files } of pages) {
      const [first] = blocks;
      if (!first) continue;
      const folder = built.folderOf(first.page);
      mkdirSync(folder, { recursive: true });
      // Where a project has its compiled programs.
      symlinkSync('.', join(folder, 'dist'));
      symlinkSync(PYTHON_PACKAGE, join(folder, basename(PYTHON_PACKAGE)));
      const shown = blocks.map((block) => ({ block, name: fileNameOf(block), text: block.text }));
      for (const { name, text } of [...files, ...shown]) {
        if (name !== undefined) write(join(folder, name), text);
      }
    }
    return built;
  }

  /** What the compiler says about a block. */
  diagnosticsOf(block: Block): readonly Diagnostic[] {
    return this.diagnostics.get(block) ?? [];
  }

  /** The compiled program of a block. */
  programOf(block: Block): string {
    return join(this.folder, 'out', relative(ROOT, this.sourceOf(block))).replace(/ts$/, 'js');
  }

  /** The folder in which the programs and commands of a page run. Its programs are in `dist`, too. */
  folderOf(page: string): string {
    return join(this.folder, 'out', relative(ROOT, this.folder), 'pages', page);
  }

  /** The variables of the environment for programs and commands: their broker is in their process. */
  get env(): Record<string, string> {
    return { FEDORA_MESSAGING_CONF: join(this.folder, 'memory.toml'), NO_COLOR: '1' };
  }

  /** The folder with the commands `fedora-messaging` and `npx`. */
  get commands(): string {
    return join(this.folder, 'bin');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private sourceOf(block: Block): string {
    return join(this.folder, 'pages', block.page, fileNameOf(block) ?? `line-${block.line}.ts`);
  }

  /** The output of the compiler. */
  private async compile(): Promise<string> {
    const compilerOptions = {
      noEmit: false,
      rootDir: ROOT,
      outDir: 'out',
      noUnusedLocals: false,
      noUnusedParameters: false,
    };
    const tsconfig = {
      extends: '../../tsconfig.json',
      compilerOptions,
      include: ['pages', '../../lib'],
      exclude: [],
    };
    write(join(this.folder, 'tsconfig.json'), JSON.stringify(tsconfig));
    const args = [COMPILERS.at(-1)!.tsc, '-p', '.', '--pretty', 'false'];
    return run(process.execPath, args, { cwd: this.folder, maxBuffer: Infinity }).then(
      ({ stdout }) => stdout,
      (error: Error & { stdout: string }) => {
        // A compiler that could not run says nothing there.
        if (error.stdout === '') throw error;
        return error.stdout;
      },
    );
  }

  private collect(output: string, sources: ReadonlyMap<string, Block>): void {
    let isCanaryThere = false;
    for (const [whole, file, line, text] of output.matchAll(DIAGNOSTIC)) {
      const block = sources.get(join(this.folder, file!));
      if (!block && file !== CANARY.file) throw new Error(`The package does not compile: ${whole}`);
      isCanaryThere ||= !block;
      if (!block) continue;
      const source = block.program[Number(line) - 1];
      const diagnostic = { place: `${block.page}:${source?.line ?? block.line}`, text: text! };
      this.diagnostics.set(block, [...this.diagnosticsOf(block), diagnostic]);
    }
    if (isCanaryThere) return;
    const errors = [...this.diagnostics.values()].flat().map(({ place, text }) => `${place} ${text}`);
    throw new Error(`The compiler stopped at errors of syntax:\n${errors.join('\n')}`);
  }

  /** Puts the compiled package where programs find it, and its command where a shell finds it. */
  private install(): void {
    const installed = join(this.folder, 'node_modules/nestjs-fedora-messaging');
    mkdirSync(installed, { recursive: true });
    renameSync(join(this.folder, 'out/lib'), join(installed, 'dist'));
    for (const name of ['python', 'templates']) symlinkSync(join(ROOT, name), join(installed, name));
    copyFileSync(join(ROOT, 'package.json'), join(installed, 'package.json'));
    write(join(this.folder, 'package.json'), '{ "private": true, "type": "module" }');
    write(join(this.folder, 'memory.toml'), 'amqp_url = "memory://documents"\n');
    const main = `exec '${process.execPath}' '${join(installed, 'dist/cli/main.js')}' "$@"\n`;
    write(join(this.commands, 'fedora-messaging'), `#!/bin/sh\n${main}`, 0o755);
    write(join(this.commands, 'npx'), `#!/bin/sh\nshift\n${main}`, 0o755);
  }
}

export function isTypeScript({ language }: Block): boolean {
  return language === 'ts' || language === 'typescript';
}

function write(file: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
}
