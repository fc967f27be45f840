import type { UserInfo } from '../request.ts';
import { ALL_AUTHENTICATED } from './names.ts';

/** Flags of kube-apiserver about authentication. */
export interface AuthenticationFlags {
  /** Content of the file of `--token-auth-file`: lines of token, user, uid and optional groups. */
  readonly tokenAuthFile?: string;
  /** Content of the file of `--client-ca-file`: who signs client certificates besides the cluster's own authority. */
  readonly clientCaFile?: string;
  /** `--anonymous-auth`; true when absent. */
  readonly anonymousAuth?: boolean;
}

/**
 * Reads the lines of a static token file: `token,user,uid,"group1,group2"`. Lines with fewer than three columns are an
 * error for Kubernetes and refused here (`k8s.io/apiserver/pkg/authentication/token/tokenfile`).
 */
export function parseTokenFile(text: string): Record<string, UserInfo> {
  const users: Record<string, UserInfo> = {};
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [token = '', name = '', uid, groups = ''] = columns(line.trim());
    if (uid === undefined) {
      throw new TypeError(
        `token file must have at least 3 columns (token, user name, user uid), found ${columns(line.trim()).length}`,
      );
    }
    if (token === '') continue;
    const own = groups.split(',').filter((group) => group !== '');
    users[token] = { name, ...(uid === '' ? {} : { uid }), groups: [...own, ALL_AUTHENTICATED] };
  }
  return users;
}

/** Comma-separated values, quoted where they contain commas. */
function columns(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim(),
  );
}
