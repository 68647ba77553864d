import { createHash } from 'node:crypto';

/** Says whose avatar to show, and in which form. @publicApi */
export interface LibravatarOptions {
  /** The e-mail address of the user. One of `email` and `openid` is needed. */
  email?: string;
  /** The OpenID URL of the user. */
  openid?: string;
  /** The side of the square image, in pixels. Default: 64. */
  size?: number;
  /** Libravatar's name of the image to show for a user without an avatar. Default: `retro`. */
  default?: string;
}

/**
 * The URL of a user's avatar at Libravatar. Federation (Libravatar by DNS) is not followed.
 *
 * @throws TypeError when neither `email` nor `openid` is given
 * @publicApi
 */
export function libravatarUrl({
  email,
  openid,
  size = 64,
  default: fallback = 'retro',
}: LibravatarOptions): string {
  const identity = email || openid;
  if (!identity) throw new TypeError('libravatarUrl() needs an email or an openid');
  const hash = createHash('sha256').update(identity, 'utf8').digest('hex');
  return `https://seccdn.libravatar.org/avatar/${hash}?s=${formEncode(String(size))}&d=${formEncode(fallback)}`;
}

/**
 * The URL of the avatar of a Fedora account.
 *
 * @publicApi
 */
export function userAvatarUrl(
  username: string,
  options: Pick<LibravatarOptions, 'size' | 'default'> = {},
): string {
  return libravatarUrl({ ...options, openid: `http://${username}.id.fedoraproject.org/` });
}

/** Encodes a text as HTML forms do. The Python library does the same, so both libraries make the same URLs. */
function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
