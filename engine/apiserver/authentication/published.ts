import { certificateAuthority } from '../../certificates/authority.ts';
import { timestamp } from '../../sim/time.ts';
import type { Turn } from '../../sim/turn.ts';
import { authenticationSettings } from './settings.ts';

/** A ConfigMap of `kube-system`, as it is to be stored. */
interface PublishedConfigMap {
  readonly kind: 'ConfigMap';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data: Readonly<Record<string, string>>;
}

function published(name: string, data: Readonly<Record<string, string>>): PublishedConfigMap {
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'kube-system' }, data };
}

/**
 * What the server tells others about how it knows people: whose client certificates it takes, for servers behind it, and
 * since when it has looked at the use of tokens in Secrets
 * (`pkg/controlplane/controller/{clusterauthenticationtrust,legacytokentracking}`).
 */
export function publishedConfigMaps(turn: Turn): readonly PublishedConfigMap[] {
  const settings = authenticationSettings(turn);
  const authorities = certificateAuthority(settings).certificate + (settings.clientCaFile ?? '');
  return [
    published('extension-apiserver-authentication', { 'client-ca-file': authorities }),
    published('kube-apiserver-legacy-service-account-token-tracking', { since: timestamp(turn.now).slice(0, 10) }),
  ];
}
