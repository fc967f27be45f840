import type { KubeObject } from '../../../object.ts';
import { refuse } from '../../call.ts';
import { forbidden } from '../../errors.ts';
import { nameForErrors } from '../names.ts';
import type { AdmissionRequest } from '../plugin.ts';
import { compiledPolicy } from '../policies/compiled-policy.ts';
import { conditionsOutcome, Evaluation } from '../policies/evaluation.ts';
import { isMatched } from '../policies/match.ts';

/** Where a webhook is: a service of the cluster, or an address outside. */
export interface ClientConfig {
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    readonly port?: number;
  };
  readonly url?: string;
  readonly caBundle?: string;
}

/** One entry of `webhooks` of a configuration, as stored: with its defaults. */
export interface Hook {
  readonly name: string;
  readonly clientConfig: ClientConfig;
  readonly rules?: readonly object[];
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
  readonly namespaceSelector?: object;
  readonly objectSelector?: object;
  readonly sideEffects?: string;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions?: readonly string[];
  readonly reinvocationPolicy?: string;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
}

/** Nobody is asked about changes of these: a webhook could make itself irremovable. */
const EXEMPT = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'].map(
  (plural) => `${plural}.admissionregistration.k8s.io`,
);

const NONE: readonly Hook[] = [];

/** The webhooks of a resource of configurations that want to hear of a request: by configuration's name, then in order. */
export function concernedHooks(configurations: string, request: AdmissionRequest): readonly Hook[] {
  const { call } = request;
  if (call.turn.store.isUnused(configurations)) return NONE;
  const present = call.turn.store.at(configurations).list();
  if (present.length === 0 || EXEMPT.includes(call.kind.resource)) return [];
  return present
    .flatMap(({ webhooks }) => (webhooks ?? []) as readonly Hook[])
    .filter((hook) => isConcerned(hook, request) && areConditionsMet(hook, request));
}

function isConcerned(hook: Hook, request: AdmissionRequest): boolean {
  const { rules = [], matchPolicy, namespaceSelector, objectSelector } = hook;
  return (
    rules.length > 0 && isMatched({ matchPolicy, namespaceSelector, objectSelector, resourceRules: rules }, request)
  );
}

/** Match conditions are compiled like those of policies; one compiled set a stored hook. */
const conditions = new WeakMap<Hook, KubeObject>();

function areConditionsMet(hook: Hook, request: AdmissionRequest): boolean {
  const { matchConditions = [] } = hook;
  if (matchConditions.length === 0) return true;
  let policy = conditions.get(hook);
  if (policy === undefined) {
    policy = { spec: { matchConditions } } as unknown as KubeObject;
    conditions.set(hook, policy);
  }
  const compiled = compiledPolicy(policy);
  const outcome = conditionsOutcome(compiled, new Evaluation(compiled, request, undefined));
  if (outcome.error === undefined) return outcome.value === true;
  if (hook.failurePolicy === 'Ignore') return false;
  return refuse(forbidden(request.call.kind, nameForErrors(request.object), outcome.error));
}
