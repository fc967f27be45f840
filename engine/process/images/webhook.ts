import { base64Encode } from '../../base64.ts';
import type { FileError, Invocation, Syscall } from '../program.ts';
import { type HttpReply, httpServer } from './http.ts';
import { binary, type Image, image } from './image.ts';
import { overTls } from './tls.ts';
import { answerByRules, parseRules } from './webhook-rules.ts';

const RULES_FILE = '/etc/webhook/rules.yaml';

/**
 * The server of `orrery/webhook`: answers AdmissionReviews over TLS on `$PORT` (8443), by the rules in `$WEBHOOK_RULES`
 * or the file /etc/webhook/rules.yaml (mount a ConfigMap there), read anew for each request. A list in YAML:
 *
 *     - path: /validate                     # where it is asked; anywhere when absent. Also kinds: [Pod], operations: [CREATE]
 *       when: [{path: /metadata/labels/team, exists: false}]     # or equals: …, or matches: a regular expression
 *       deny: every pod needs a team        # with code: and reason:; or warn: …, or patch: a JSON patch
 *       takes: 5                            # seconds: who waits shorter (the API server's ?timeout=) gets no answer
 */
export const webhook = overTls(
  httpServer(
    'webhook',
    ({ environment }) => Number(environment.PORT ?? 8443),
    function* ({ path, query, body }, invocation) {
      const rules = yield* rulesOf(invocation);
      if (typeof rules === 'string') return plain(500, rules);
      const review = reviewOf(body);
      if (review === undefined) return plain(400, 'not an AdmissionReview');
      const { allowed, status, warnings, patch, takes } = answerByRules(rules, path, review.request);
      if (takes >= patience(query)) return undefined;
      const response = {
        uid: review.request.uid,
        allowed,
        ...(status === undefined ? {} : { status }),
        ...(warnings.length === 0 ? {} : { warnings }),
        ...(patch.length === 0 ? {} : { patchType: 'JSONPatch', patch: base64Encode(JSON.stringify(patch)) }),
      };
      const answer = { kind: 'AdmissionReview', apiVersion: review.apiVersion, response };
      return { code: 200, type: 'application/json', body: JSON.stringify(answer) };
    },
    { drains: true },
  ),
);

/** How many seconds a client waits. */
function patience(query: string): number {
  const said = /(?:^|&)timeout=(\d+)s/.exec(query)?.[1];
  return said === undefined ? Number.POSITIVE_INFINITY : Number(said);
}

interface Review {
  readonly apiVersion: string;
  readonly request: Parameters<typeof answerByRules>[2];
}

function* rulesOf({ environment }: Invocation): Generator<Syscall, ReturnType<typeof parseRules>, unknown> {
  const stated = environment.WEBHOOK_RULES;
  if (stated !== undefined) return parseRules(stated);
  const text = (yield { call: 'readFile', path: RULES_FILE }) as string | FileError;
  return typeof text === 'string' ? parseRules(text) : `no rules: neither $WEBHOOK_RULES nor ${RULES_FILE}`;
}

function reviewOf(body: string): Review | undefined {
  try {
    const review = JSON.parse(body) as Partial<Review> | null;
    return review?.request === undefined ? undefined : (review as Review);
  } catch {
    return undefined;
  }
}

function plain(code: number, body: string): HttpReply {
  return { code, type: 'text/plain', body };
}

export const webhookImages: readonly Image[] = [
  image('docker.io/orrery/webhook', ['1'], 5, {
    command: ['/webhook'],
    ports: [8443],
    files: { '/webhook': binary('webhook') },
  }),
];
