import { libravatarUrl as libravatar, type LibravatarOptions } from '../message/index.js';
import { str } from './text.js';

/** `user_avatar_url(username, size, default)` of Python's fedora_messaging. @publicApi */
export function userAvatarUrl(username: unknown, size = 64, fallback = 'retro'): string {
  return libravatar({ openid: `http://${str(username)}.id.fedoraproject.org/`, size, default: fallback });
}

/** `libravatar_url(email, openid, size, default)` of Python's fedora_messaging. @publicApi */
export function libravatarUrl(options: LibravatarOptions): string {
  return libravatar(options);
}
