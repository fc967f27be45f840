import { legacyClaims } from '../../apiserver/authentication/service-account-token.ts';
import { tokenKeySeed } from '../../apiserver/authentication/settings.ts';
import { signedToken } from '../../apiserver/authentication/web-token.ts';
import { base64Encode } from '../../base64.ts';
import { certificateAuthority } from '../../certificates/authority.ts';
import type { Client } from '../../client/client.ts';
import { controller } from '../../client/controller.ts';
import type { ClusterConfig } from '../../config.ts';
import type { KubeObject } from '../../object.ts';
import type { Turn } from '../../sim/turn.ts';
import type { WatchEvent } from '../../sim/watch.ts';

const TYPE = 'kubernetes.io/service-account-token';
const NAME = 'kubernetes.io/service-account.name';
const UID = 'kubernetes.io/service-account.uid';

/** Fills Secrets that ask for a token that never expires (`pkg/controller/serviceaccount/tokens_controller.go`). */
export const serviceAccountTokenController = controller({
  name: 'serviceaccount-token-controller',
  watches: [{ resource: 'secrets' }, { resource: 'serviceaccounts' }],
  keysOf,
  sync: syncSecret,
});

function keysOf(turn: Turn, resource: string, { type, object }: WatchEvent): readonly string[] {
  const { namespace = '', name } = object.metadata;
  if (resource === 'secrets') return type !== 'DELETED' && isToken(object) ? [`${namespace}/${name}`] : [];
  if (type === 'MODIFIED') return [];
  return turn
    .cache('secrets')
    .list(namespace)
    .filter((secret) => isToken(secret) && accountName(secret) === name)
    .map((secret) => `${namespace}/${secret.metadata.name}`);
}

function isToken({ type }: KubeObject): boolean {
  return type === TYPE;
}

function accountName({ metadata }: KubeObject): string {
  return metadata.annotations?.[NAME] ?? '';
}

/** Gives a Secret its token, or removes it when its service account is gone. */
export function syncSecret(turn: Turn, client: Client, key: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const secret = turn.cache('secrets').get(namespace, name);
  if (secret === undefined || !isToken(secret) || accountName(secret) === '') return;
  const account = turn.cache('serviceaccounts').get(namespace, accountName(secret));
  const uid = secret.metadata.annotations?.[UID] ?? '';
  if (account === undefined || (uid !== '' && uid !== account.metadata.uid)) {
    client.delete('secrets', namespace, name, { preconditions: { uid: secret.metadata.uid } });
    return;
  }
  const missing = missingData(turn, secret, account);
  if (Object.keys(missing).length === 0 && uid !== '') return;
  const annotations = { ...secret.metadata.annotations, [UID]: account.metadata.uid };
  client.update('secrets', {
    ...secret,
    metadata: { ...secret.metadata, annotations },
    data: { ...secret.data, ...missing },
  });
}

function missingData(turn: Turn, secret: KubeObject, account: KubeObject): Record<string, string> {
  const config = turn.call('world', { kind: 'config' }) as ClusterConfig;
  const { name, namespace = '' } = secret.metadata;
  const authority = base64Encode(certificateAuthority(config).certificate);
  const { data = {} } = secret;
  return {
    ...(data['ca.crt'] === authority ? {} : { 'ca.crt': authority }),
    ...(data.namespace === base64Encode(namespace) ? {} : { namespace: base64Encode(namespace) }),
    ...(data.token ? {} : { token: base64Encode(signedToken(tokenKeySeed(config), legacyClaims(account, name))) }),
  };
}
