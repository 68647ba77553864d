import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** The address of a broker, and the login for it. */
export interface HandshakeOptions {
  readonly isTls: boolean;
  /** Options of Node's `net.connect` or `tls.connect`. */
  readonly socket: { readonly host: string; readonly port: number };
  readonly mechanism: string;
  readonly response: Buffer;
  readonly locale: string;
  readonly virtualHost: string;
  /** In milliseconds. */
  readonly timeout: number;
}

/** Why a broker closed a connection. */
export interface Refusal {
  /** AMQP's reply code. */
  readonly code: number;
  readonly text: string;
}

interface MethodFrame {
  /** Class and method, of two bytes each. */
  readonly id: number;
  readonly fields: Buffer;
}

/** AMQP 0-9-1 */
const PROTOCOL_HEADER = Buffer.from('AMQP\0\0\u0009\u0001', 'latin1');
const METHOD_FRAME = 1;
const FRAME_END = 0xce;
/** Type, channel and size in front of a frame's payload. */
const FRAME_HEADER_BYTES = 7;

const Method = {
  START: 0x000a000a,
  START_OK: 0x000a000b,
  TUNE: 0x000a001e,
  TUNE_OK: 0x000a001f,
  OPEN: 0x000a0028,
  CLOSE: 0x000a0032,
} as const;

/**
 * Repeats the handshake to learn why a broker refuses a virtual host. amqplib says only that it expected another
 * answer, and hides the answer.
 *
 * @returns undefined when the broker does not refuse the virtual host this time, or does not answer in time
 * @see https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf sections 2.2.4 and 4.2
 */
export function askForRefusal(options: HandshakeOptions): Promise<Refusal | undefined> {
  return new Promise((resolve) => {
    const socket: Socket = options.isTls ? connectTls(options.socket) : connectTcp(options.socket);
    const end = (refusal?: Refusal): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(refusal);
    };
    const timer = setTimeout(end, options.timeout);
    let received: Buffer = Buffer.alloc(0);
    socket.once(options.isTls ? 'secureConnect' : 'connect', () => socket.write(PROTOCOL_HEADER));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      for (let frame = takeFrame(); frame; frame = takeFrame()) answer(frame);
    });
    socket.on('error', () => end());
    socket.on('close', () => end());

    const takeFrame = (): MethodFrame | undefined => {
      if (received.length < FRAME_HEADER_BYTES) return undefined;
      const size = received.readUInt32BE(3);
      if (received.length < FRAME_HEADER_BYTES + size + 1) return undefined;
      const payload = received.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + size);
      received = received.subarray(FRAME_HEADER_BYTES + size + 1);
      return payload.length < 4 ? undefined : { id: payload.readUInt32BE(0), fields: payload.subarray(4) };
    };
    const answer = ({ id, fields }: MethodFrame): void => {
      switch (id) {
        case Method.START:
          socket.write(startOk(options));
          return;
        case Method.TUNE:
          // TUNE_OK accepts the limits that the broker proposes.
          socket.write(Buffer.concat([method(Method.TUNE_OK, fields), open(options.virtualHost)]));
          return;
        case Method.CLOSE:
          end(refusalIn(fields));
          return;
        default:
          end();
      }
    };
  });
}

/** The code and text of connection.close; undefined when the frame is cut short. */
function refusalIn(fields: Buffer): Refusal | undefined {
  if (fields.length < 3) return undefined;
  return { code: fields.readUInt16BE(0), text: fields.toString('utf8', 3, 3 + fields[2]!) };
}

function startOk({ mechanism, response, locale }: HandshakeOptions): Buffer {
  const noProperties = Buffer.alloc(4);
  return method(Method.START_OK, noProperties, shortText(mechanism), longText(response), shortText(locale));
}

function open(virtualHost: string): Buffer {
  const reserved = Buffer.alloc(2);
  return method(Method.OPEN, shortText(virtualHost), reserved);
}

function method(id: number, ...fields: Buffer[]): Buffer {
  const payload = Buffer.concat([Buffer.alloc(4), ...fields]);
  payload.writeUInt32BE(id);
  const header = Buffer.from([METHOD_FRAME, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 3);
  return Buffer.concat([header, payload, Buffer.from([FRAME_END])]);
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

function longText(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
