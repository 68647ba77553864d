const METHOD_FRAME = 1;
/** The type, channel and size before a frame, and the octet behind it. */
const FRAME_HEADER = 7;
const FRAME_END = 1;
/** connection.close: class 10, method 50. */
const CONNECTION_CLOSE = 0x000a0032;

/**
 * The error with the reason that a broker closed the connection for in the handshake, if that is what happened: amqplib says
 * only that another answer was expected, where a virtual host is missing or forbidden.
 *
 * @param bytes what came last from the broker
 */
export function withRefusalIn(bytes: Buffer, error: unknown): unknown {
  const refusal = closeIn(bytes);
  if (!refusal) return error;
  const { code, text } = refusal;
  return Object.assign(
    new Error(`The broker closed the connection in the handshake: ${code} with message "${text}"`, {
      cause: error,
    }),
    { code },
  );
}

function closeIn(bytes: Buffer): { code: number; text: string } | undefined {
  for (let start = 0; start + FRAME_HEADER <= bytes.length;) {
    const size = bytes.readUInt32BE(start + 3);
    const payload = bytes.subarray(start + FRAME_HEADER, start + FRAME_HEADER + size);
    if (payload.length < size) return undefined;
    if (bytes[start] === METHOD_FRAME && size > 7 && payload.readUInt32BE(0) === CONNECTION_CLOSE) {
      return { code: payload.readUInt16BE(4), text: payload.toString('utf8', 7, 7 + payload[6]!) };
    }
    start += FRAME_HEADER + size + FRAME_END;
  }
  return undefined;
}
