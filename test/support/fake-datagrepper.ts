import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A message of the archive. */
export interface Archived {
  readonly id: string;
  readonly topic: string;
  /** The time of sending, in seconds since 1970. */
  readonly time: number;
  readonly body?: object;
  readonly schema?: string;
  readonly users?: readonly string[];
  readonly packages?: readonly string[];
  /** Its JSON text, instead of a text made from the other fields. */
  readonly text?: string;
}

/** The answer to one request, instead of the usual answer. */
export type Fault = (response: ServerResponse, usual: () => void) => void;

/** 2026-01-01T00:00:00Z. */
export const NEW_YEAR = 1_767_225_600;

/** A message every second from the new year on. */
export function messagesOfNewYear(count: number, of: Partial<Archived> = {}): Archived[] {
  return Array.from({ length: count }, (_, index) => ({
    id: idOf(index),
    topic: 'org.fedoraproject.prod.bodhi.update.edit',
    time: NEW_YEAR + index,
    body: { index },
    ...of,
  }));
}

/** A UUID that ends with a number. */
export function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/**
 * Behaves as Datagrepper does: the parameters, their limits and defaults, errors, and an order of messages of the same
 * time that changes from request to request.
 */
export class FakeDatagrepper {
  readonly archive: Archived[] = [];
  /** The faults of the next requests, in order. */
  readonly faults: Fault[] = [];
  /** The parameters of each request. */
  readonly requests: { path: string; parameters: URLSearchParams; at: number; headers: object }[] = [];
  /** Called before each request is answered. */
  onRequest: () => void = () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(archive: readonly Archived[] = []): Promise<FakeDatagrepper> {
    const server = createServer();
    const datagrepper = new FakeDatagrepper(server);
    datagrepper.archive.push(...archive);
    server.on('request', (request, response) => {
      const { pathname, searchParams } = new URL(request.url!, 'http://datagrepper');
      const { headers } = request;
      datagrepper.requests.push({
        path: pathname,
        parameters: searchParams,
        at: performance.now(),
        headers,
      });
      datagrepper.onRequest();
      const usual = (): void => datagrepper.answer(pathname, searchParams, response);
      const fault = datagrepper.faults.shift();
      if (fault) fault(response, usual);
      else usual();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => datagrepper.stop());
    return datagrepper;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/datagrepper`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(path: string, parameters: URLSearchParams, response: ServerResponse): void {
    if (path === '/datagrepper/v2/id') this.answerId(parameters.get('id'), response);
    else if (path === '/datagrepper/v2/search') this.answerSearch(parameters, response);
    else notFound(response);
  }

  private answerId(id: string | null, response: ServerResponse): void {
    const message = this.archive.find((archived) => archived.id === id);
    if (message) json(response, 200, textOf(message));
    else notFound(response);
  }

  private answerSearch(parameters: URLSearchParams, response: ServerResponse): void {
    const number = (name: string): number | null =>
      parameters.has(name) ? timeOf(parameters.get(name)!) : null;
    const [page, rows] = [number('page') ?? 1, number('rows_per_page') ?? 25];
    const order = parameters.get('order') ?? 'desc';
    if (page < 1) return badRequest(response, 'page must be > 0');
    if (rows > 100) return badRequest(response, 'rows_per_page must be <= 100');
    if (!['asc', 'desc'].includes(order)) {
      return badRequest(response, "order must be either 'desc' or 'asc'");
    }
    if (parameters.has('contains') && !parameters.has('topic') && !parameters.has('category')) {
      return badRequest(response, 'When using contains, specify either a topic or a category as well');
    }
    const delta = number('delta');
    let [start, end] = [number('start'), number('end')];
    if (delta !== null || start !== null) end ??= start !== null && delta !== null ? start + delta : now();
    if (end !== null) start ??= end - (delta ?? end);
    const found = this.found(parameters, start, end, order);
    const rowsOfPage = found.slice(rows * (page - 1), rows * page);
    const given = JSON.stringify({
      start,
      end,
      delta: start !== null && end !== null ? end - start : delta,
      page,
      rows_per_page: rows,
      order,
      topics: parameters.getAll('topic'),
    });
    json(
      response,
      200,
      `{"raw_messages": [${rowsOfPage.map(textOf).join(', ')}], "total": ${found.length}, "pages": ${Math.ceil(found.length / rows)}, "count": ${rowsOfPage.length}, "arguments": ${given}}`,
    );
  }

  private found(
    parameters: URLSearchParams,
    start: number | null,
    end: number | null,
    order: string,
  ): Archived[] {
    const has = (name: string, values: readonly string[]): boolean => {
      const [wanted, unwanted] = [parameters.getAll(name), parameters.getAll(`not_${name}`)];
      const isWanted = wanted.length === 0 || wanted.some((value) => values.includes(value));
      return isWanted && !unwanted.some((value) => values.includes(value));
    };
    const texts = parameters.getAll('contains');
    const found = this.archive.filter(
      (message) =>
        // Datagrepper treats 0 as no time at all.
        (!start || !end || (message.time >= start && message.time <= end)) &&
        has('topic', [message.topic]) &&
        has('category', [message.topic.split('.')[3] ?? 'Unclassified']) &&
        has('user', message.users ?? []) &&
        has('package', message.packages ?? []) &&
        (texts.length === 0 || texts.some((text) => JSON.stringify(message.body).includes(text))),
    );
    const turn = this.requests.length % Math.max(1, found.length);
    const turned = [...found.slice(turn), ...found.slice(0, turn)];
    return turned.sort((a, b) => (order === 'asc' ? a.time - b.time : b.time - a.time));
  }
}

/** The usual failures of a service behind a proxy. */
export const FAULTS = {
  status:
    (status: number, headers: Record<string, string> = {}): Fault =>
    (response) =>
      response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html>busy</html>'),
  database: (response: ServerResponse) =>
    json(response, 500, '{"error": "canceling statement due to statement timeout", "arguments": {}}'),
  html: (response: ServerResponse) => response.writeHead(200).end('<html>maintenance</html>'),
  broken: (response: ServerResponse) => response.writeHead(200).end('{"raw_messages": [{"to'),
  cut: (response: ServerResponse) => response.destroy(),
  silence: () => undefined,
} satisfies Record<string, unknown>;

/** Answers a later request as this one. */
export function repetition(): { first: Fault; again: Fault } {
  let repeated = '';
  return {
    first: (response, usual) => {
      const end = response.end.bind(response) as (text: string) => ServerResponse;
      response.end = ((text: string) => end((repeated = text))) as never;
      usual();
    },
    again: (response) => json(response, 200, repeated),
  };
}

function textOf({ id, topic, time, body = {}, schema = 'base.message', text }: Archived): string {
  if (text !== undefined) return text;
  const headers = {
    fedora_messaging_schema: schema,
    fedora_messaging_severity: 20,
    'sent-at': sentAt(time),
  };
  return JSON.stringify({ body, headers, id, priority: 0, queue: null, topic }, null, 1);
}

/** A time in Python's form: with microseconds unless they are 0. */
function sentAt(time: number): string {
  const microseconds = Math.round((time % 1) * 1e6);
  const fraction = microseconds === 0 ? '' : `.${String(microseconds).padStart(6, '0')}`;
  return `${new Date(Math.floor(time) * 1000).toISOString().slice(0, 19)}${fraction}+00:00`;
}

function timeOf(text: string): number {
  const seconds = Number(text);
  return Number.isNaN(seconds) ? Date.parse(text) / 1000 : seconds;
}

function now(): number {
  return Date.now() / 1000;
}

function json(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
}

function notFound(response: ServerResponse): void {
  json(response, 404, '{"error": "not_found"}');
}

function badRequest(response: ServerResponse, words: string): void {
  response
    .writeHead(400, { 'content-type': 'text/html' })
    .end(
      `<!doctype html>\n<html lang=en>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n<p>${words}</p>\n`,
    );
}
