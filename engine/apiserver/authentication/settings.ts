import { type AuthoritySeed, certificateAuthority, keyMaterial } from '../../certificates/authority.ts';
import { type Certificate, parseCertificates } from '../../certificates/certificate.ts';
import type { Turn } from '../../sim/turn.ts';
import type { UserInfo } from '../request.ts';
import { type AuthenticationFlags, parseTokenFile } from './token-file.ts';

/** What the server's flags and files tell it about identities. */
export interface AuthenticationSettings {
  /** With it the keys of the cluster are found again: they are files on the server's disk. */
  readonly seed: number;
  readonly startTime: string;
  readonly keySecret?: string;
  readonly isAnonymousAllowed: boolean;
  /** Authorities of client certificates besides the cluster's own, PEM. */
  readonly clientCaFile?: string;
  /** Users by static token. */
  readonly tokens: Readonly<Record<string, UserInfo>>;
}

const CELL = 'authentication';

/** A starting server reads its flags. */
export function configureAuthentication(turn: Turn): void {
  const { seed, startTime, keySecret, authentication } = turn.call('world', { kind: 'config' }) as AuthoritySeed & {
    readonly authentication?: AuthenticationFlags;
  };
  const settings: AuthenticationSettings = {
    seed,
    startTime,
    ...(keySecret === undefined ? {} : { keySecret }),
    isAnonymousAllowed: authentication?.anonymousAuth ?? true,
    ...(authentication?.clientCaFile === undefined ? {} : { clientCaFile: authentication.clientCaFile }),
    tokens: parseTokenFile(authentication?.tokenAuthFile ?? ''),
  };
  turn.memory.set(CELL, settings);
}

export function authenticationSettings(turn: Turn): AuthenticationSettings {
  return turn.memory.get<AuthenticationSettings>(CELL) as AuthenticationSettings;
}

/** Whose client certificates the server takes: the cluster's own authority, and those of the file of `--client-ca-file`. */
export function clientAuthorities(turn: Turn): readonly Certificate[] {
  const settings = authenticationSettings(turn);
  return [certificateAuthority(settings).parsed, ...parseCertificates(settings.clientCaFile ?? '')];
}

/** What the key of service account tokens grows from: the file of `--service-account-signing-key-file`. */
export function tokenKeySeed(from: AuthoritySeed): string {
  return `service accounts ${keyMaterial(from)}`;
}
