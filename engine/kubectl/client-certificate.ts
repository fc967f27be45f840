import { bytesToHex } from '@noble/hashes/utils.js';
import { base64Decode } from '../base64.ts';
import { parseCertificate } from '../certificates/certificate.ts';
import { parsePrivateKey, publicKeyInfo } from '../certificates/keys.ts';
import { remembered } from '../remembered.ts';
import { CommandFailure, failure } from './failure.ts';
import type { FlagValues } from './flags.ts';
import type { UserEntry } from './kubeconfig.ts';
import type { Task } from './task.ts';

/** Pairs that were found to fit: each command asks again. */
const fitting = new Set<string>();
const KNOWN = 64;
/** What data is decoded to, for the same reason. */
const decodedData = remembered((data) => base64Decode(data) ?? '', KNOWN);

/** The certificate that a client shows to the server; `undefined` when it has none. Complains of one without its key. */
export function* clientCertificate(
  flags: FlagValues,
  userName: string,
  entry: UserEntry | undefined,
  readText: (path: string) => Task<string | undefined>,
): Task<string | undefined> {
  yield* checkFiles(flags, userName, readText);
  const certificate = yield* fileOrData(flags, entry, 'client-certificate', readText);
  if (certificate === undefined) return undefined;
  const key = yield* fileOrData(flags, entry, 'client-key', readText);
  if (key === undefined) {
    throw failure(
      `invalid configuration: [client-key-data or client-key must be specified for ${userName} to use the clientCert authentication method.]`,
    );
  }
  if (!fits(certificate, key)) throw failure('tls: private key does not match public key');
  return certificate;
}

/** The files of `--client-certificate` and `--client-key` must be there. */
function* checkFiles(flags: FlagValues, userName: string, readText: (path: string) => Task<string | undefined>): Task {
  const missing: string[] = [];
  for (const [flag, told] of [
    ['client-certificate', 'client-cert'],
    ['client-key', 'client-key'],
  ] as const) {
    const path = flags.string(flag);
    if (path && (yield* readText(path)) === undefined) {
      missing.push(`unable to read ${told} ${path} for ${userName} due to open ${path}: no such file or directory`);
    }
  }
  if (missing.length === 1) throw failure(missing[0] as string);
  if (missing.length > 1) {
    throw new CommandFailure(`Error in configuration: \n${missing.map((line) => `* ${line}`).join('\n')}`);
  }
}

function* fileOrData(
  flags: FlagValues,
  entry: UserEntry | undefined,
  name: 'client-certificate' | 'client-key',
  readText: (path: string) => Task<string | undefined>,
): Task<string | undefined> {
  const data = flags.string(name) ? undefined : entry?.[`${name}-data`];
  if (data) return decodedData(data);
  const path = flags.string(name) || entry?.[name];
  if (!path) return undefined;
  const text = yield* readText(path);
  if (text === undefined) throw failure(`open ${path}: no such file or directory`);
  return text;
}

function fits(certificate: string, key: string): boolean {
  const pair = certificate + key;
  if (fitting.has(pair)) return true;
  const parsed = parseCertificate(certificate);
  const secret = parsePrivateKey(key);
  if (parsed === undefined || secret === undefined) return false;
  if (bytesToHex(parsed.publicKeyInfo) !== bytesToHex(publicKeyInfo(secret))) return false;
  if (fitting.size >= KNOWN) fitting.clear();
  fitting.add(pair);
  return true;
}
