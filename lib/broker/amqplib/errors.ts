import { errorText } from '../../exceptions/index.js';

/*
 * amqplib tells some errors apart by their text only. The texts are here and in peer-hint.ts, and
 * test/integration/amqplib-contract.spec.ts compares them with the amqplib that is installed.
 */

/** Whether a publish failed because the broker rejected the message (basic.nack), and not because its channel was lost. */
export function isNack(error: Error): boolean {
  return error.message === 'message nacked';
}

/** Whether a channel was not opened because the connection has as many as the broker allows (channel_max). */
export function isNoChannelsLeft(error: unknown): boolean {
  return errorText(error).startsWith('No channels left');
}

/** Whether a method was not sent because its channel is closing or closed. */
export function isClosed(error: unknown): boolean {
  return /clos/i.test(errorText(error));
}

/** The broker's own words for closing a channel or a connection. For any other error: its text. */
export function reasonOf(error: unknown): string {
  const text = errorText(error);
  return /with message "(.*)"?$/s.exec(text)?.[1]?.replace(/"$/, '') || text;
}

/** Why a connection is closed already, from the error with which amqplib refuses to close it again. */
export function closeReasonOf(error: unknown): string {
  return reasonOf(errorText(error).replace(/^Connection closed \((.*)\)$/s, '$1'));
}

/** The reply code with which the broker ended the handshake after the credentials; undefined for other errors. */
export function handshakeCode(error: unknown): number | undefined {
  const code = /^Handshake terminated by server: (\d+)/.exec(errorText(error))?.[1];
  return code === undefined ? undefined : Number(code);
}

/** Whether the broker closed the connection when the client asked for its virtual host: amqplib drops the reason. */
export function isVirtualHostRefused(error: unknown): boolean {
  return errorText(error).startsWith('Expected ConnectionOpenOk; got <ConnectionClose');
}
