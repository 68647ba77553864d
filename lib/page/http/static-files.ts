import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type PageAnswer, refusal } from './page-answer.js';
import type { PageRequest, PageRoute } from './page-route.interface.js';

/** The folder that the build writes, from the folder of the package: it is found from `lib` and from `dist`. */
const FOLDER = fileURLToPath(new URL('../../../dist/page-assets/', import.meta.url));

/** The files of the page: the path of each, its name in the folder, and its type. */
const FILES: readonly [path: string, name: string, type: string][] = [
  ['', 'index.html', 'text/html; charset=utf-8'],
  ['assets/app.js', 'app.js', 'text/javascript; charset=utf-8'],
  ['assets/app.css', 'app.css', 'text/css; charset=utf-8'],
];

/** Serves the files of the page. A file is read once. */
export class StaticFiles {
  private readonly answers = new Map<string, PageAnswer>();

  /** @param folder Default: the folder of the package */
  constructor(private readonly folder = FOLDER) {}

  get routes(): PageRoute[] {
    return FILES.map(([path, name, type]) => ({
      method: 'GET',
      path,
      answer: (request) => this.answer(request, name, type),
    }));
  }

  private async answer({ request }: PageRequest, name: string, type: string): Promise<PageAnswer> {
    const answer = this.answers.get(name) ?? (await this.read(name, type));
    const etag = answer.headers['etag'];
    if (etag === undefined || !isKnown(etag, request.headers['if-none-match'])) return answer;
    return { ...answer, status: 304, body: '' };
  }

  private async read(name: string, type: string): Promise<PageAnswer> {
    let body: Buffer;
    try {
      body = await readFile(`${this.folder}${name}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return refusal(503, 'The files of the page are not built: npm run build');
    }
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    const answer = {
      status: 200,
      headers: { 'content-type': type, etag, 'cache-control': 'no-cache' },
      body,
    };
    this.answers.set(name, answer);
    return answer;
  }
}

/** Whether a client has the file: proxies that compress answers make a tag weak. */
function isKnown(etag: string, ifNoneMatch = ''): boolean {
  return ifNoneMatch.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));
}
