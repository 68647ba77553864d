import { createHash } from 'node:crypto';

/** Whose avatar, and how. @publicApi */
export interface LibravatarOptions {
  /** The e-mail address of the user. One of `email` and `openid` is needed. */
  email?: string;
  /** The OpenID URL of the user. */
  openid?: string;
  /** The side of the square image, in pixels. Default: 64. */
  size?: number;
  /** The name of the image to show when there is no avatar, as Libravatar knows it. Default: `retro`. */
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

/** As HTML forms encode; so does the Python library, and the URLs are to be the same. */
function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
