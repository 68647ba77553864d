import { libravatarUrl, userAvatarUrl } from '../../lib/index.js';
import { expectSame, type RunCase, type VectorCase } from './vector-case.js';

interface AvatarCase extends VectorCase {
  readonly call: 'libravatarUrl' | 'userAvatarUrl';
  readonly args: { username: string; email?: string; openid?: string; size?: number; default?: string };
  readonly expect: string;
}

export const avatar: RunCase<AvatarCase> = ({ call, args, expect }) => {
  const { username, ...options } = args;
  const url = call === 'userAvatarUrl' ? userAvatarUrl(username, options) : libravatarUrl(options);
  expectSame(url, expect, 'the URL');
};
