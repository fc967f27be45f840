import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CREATE_FLAGS, createGenerated, metadata, nameArgument } from './create.ts';

/** `host/path=service:port[,tls[=secret]]`. Source: `pkg/cmd/create/create_ingress.go`. */
const RULE = /^[\w*\-.]*\/.*=[\w-]+:[\w-]+(,tls=?([\w-]+)?)?/;

interface IngressRule {
  readonly host?: string;
  readonly http: { readonly paths: object[] };
}

interface IngressTls {
  readonly hosts?: string[];
  readonly secretName?: string;
}

function backend(text: string): object {
  const [name = '', port = ''] = text.split(':');
  return { service: { name, port: /^-?\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

function path(text: string): object {
  const [rawPath = '', service = ''] = text.split('=');
  const isPrefix = `/${rawPath}`.endsWith('*');
  const shown = isPrefix ? `/${rawPath}`.slice(0, -1) : `/${rawPath}`;
  return { path: shown, pathType: isPrefix ? 'Prefix' : 'Exact', backend: backend(service) };
}

function rules(texts: readonly string[]): IngressRule[] {
  const byHost = new Map<string, object[]>();
  for (const text of texts) {
    const rule = text.split(',')[0] as string;
    const slash = rule.indexOf('/');
    const host = rule.slice(0, slash);
    byHost.set(host, [...(byHost.get(host) ?? []), path(rule.slice(slash + 1))]);
  }
  return [...byHost].map(([host, paths]) => ({ ...(host ? { host } : {}), http: { paths } }));
}

/** One entry a secret; a host counts only once. */
function tls(texts: readonly string[]): IngressTls[] {
  const seen = new Set<string>();
  const entries = new Map<string, string[]>();
  for (const text of texts) {
    const parts = text.split(',');
    if (parts.length !== 2) continue;
    const host = text.split('/')[0] as string;
    const secret = (parts[1] as string).split('=')[1] ?? '';
    if (seen.has(host)) continue;
    seen.add(host);
    if (entries.has(secret) || host || secret) {
      entries.set(secret, [...(entries.get(secret) ?? []), ...(host || entries.has(secret) ? [host] : [])]);
    }
  }
  return [...entries].map(([secret, hosts]) => ({
    ...(hosts.length > 0 ? { hosts } : {}),
    ...(secret ? { secretName: secret } : {}),
  }));
}

function annotations(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals < 0) throw failure(`annotation ${text} is invalid and should be in format key=[value]`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}

export const createIngress: Command = {
  name: 'ingress',
  aliases: ['ing'],
  short: 'Create an ingress with the specified name',
  usage: 'NAME --rule=host/path=service:port[,tls[=secret]]',
  examples: ['kubectl create ingress web --class=nginx --rule="shop.example.com/*=web:80,tls=shop-cert"'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'class', type: 'string', usage: 'Class of the Ingress' },
    { name: 'rule', type: 'array', usage: 'host/path=service:port[,tls[=secret]]; a path ending in * is a prefix' },
    { name: 'default-backend', type: 'string', usage: 'service:port for what no rule matches' },
    { name: 'annotation', type: 'array', usage: 'Annotation key=value' },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    const name = nameArgument(session);
    const standard = flags.string('default-backend');
    const given = flags.strings('rule');
    if (!standard && given.length === 0) {
      throw failure(
        'not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)',
      );
    }
    for (const rule of given) {
      if (RULE.test(rule)) continue;
      throw failure(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
    }
    const notes = annotations(flags.strings('annotation'));
    if (standard && standard.split(':').length !== 2) {
      throw failure('default-backend should be in format servicename:serviceport');
    }
    const secured = tls(given);
    const listed = rules(given);
    const spec = {
      ...(flags.string('class') ? { ingressClassName: flags.string('class') } : {}),
      ...(standard ? { defaultBackend: backend(standard) } : {}),
      ...(secured.length > 0 ? { tls: secured } : {}),
      ...(listed.length > 0 ? { rules: listed } : {}),
    };
    const head = yield* metadata(session, name, Object.keys(notes).length > 0 ? { annotations: notes } : {});
    const object = { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', metadata: head, spec };
    yield* createGenerated(session, { ...object, status: { loadBalancer: {} } }, 'ingress');
  },
};
