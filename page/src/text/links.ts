const DATAGREPPER = 'https://apps.fedoraproject.org/datagrepper/v2/id';

/** The URL when it is one of http or https; message contents may hold any scheme. */
export function webUrl(text: unknown): string | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === 'https:' || protocol === 'http:' ? href : undefined;
}

/** Where Fedora's archive shows a message. */
export function datagrepperUrl(id: string): string {
  // An apostrophe would end the quotes of a shell command.
  return `${DATAGREPPER}?id=${encodeURIComponent(id).replaceAll("'", '%27')}&is_raw=true&size=extra-large`;
}
