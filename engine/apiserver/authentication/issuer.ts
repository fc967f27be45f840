import type { Turn } from '../../sim/turn.ts';
import { SERVER_ADDRESS } from '../address.ts';
import type { ApiResponse } from '../request.ts';
import { ISSUER } from './service-account-token.ts';
import { authenticationSettings, tokenKeySeed } from './settings.ts';
import { webKey } from './web-token.ts';

const KEYS = '/openid/v1/jwks';
/** Public, and good for an hour. */
const KEPT = { 'cache-control': 'public, max-age=3600' };

/**
 * What others need to check the cluster's tokens: the issuer's description and its public keys.
 * Source: `pkg/routes/openidmetadata.go`.
 */
export function issuerDocument(turn: Turn, path: string): ApiResponse | undefined {
  if (path === '/.well-known/openid-configuration') {
    const body = {
      issuer: ISSUER,
      jwks_uri: `https://${SERVER_ADDRESS}${KEYS}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
    return { code: 200, headers: { ...KEPT, 'content-type': 'application/json' }, body };
  }
  if (path !== KEYS) return undefined;
  const key = webKey(tokenKeySeed(authenticationSettings(turn)));
  return { code: 200, headers: { ...KEPT, 'content-type': 'application/jwk-set+json' }, body: { keys: [key] } };
}
