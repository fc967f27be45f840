import { extended, type KubeObject } from '../../object.ts';
import { timestamp } from '../../sim/time.ts';
import { type Call, refuse } from '../call.ts';
import { parseBody } from '../codec.ts';
import { conflict, success, unknownError } from '../errors.ts';
import { binding as bindingKind } from '../kinds/binding.ts';
import { pod as pods } from '../kinds/pod.ts';
import type { Status } from '../request.ts';
import { getObject, saveObject } from '../storage.ts';
import type { SubresourceHandler } from './subresource.ts';

interface Condition {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The scheduler's decision: sets `spec.nodeName`, once. Source: `pkg/registry/core/pod/storage` (`BindingREST`). */
export const binding: SubresourceHandler = {
  resources: ['pods'],
  create: (call) => ({ code: 201, body: bindPod(call) }),
};

interface BindingBody {
  readonly metadata?: Pick<KubeObject['metadata'], 'annotations' | 'labels'> & { readonly name?: string };
  readonly target?: { readonly kind?: string; readonly name?: string };
}

/** The answer to a Binding posted to the namespace; `undefined` for other kinds. */
export function bindingAnswer(call: Call): Status | undefined {
  if (call.kind !== bindingKind) return undefined;
  const { metadata } = (parseBody(call.request.body) ?? {}) as BindingBody;
  return bindPod({ ...call, kind: pods, name: String(metadata?.name ?? ''), subresource: 'binding' });
}

function bindPod(call: Call): Status {
  const pod = getObject(call);
  const body = (parseBody(call.request.body) ?? {}) as BindingBody;
  const { kind = '', name: node = '' } = body.target ?? {};
  const refuseAs = (why: string): never => refuse(conflict({ ...call.kind, plural: 'pods/binding' }, call.name, why));
  if (pod.metadata.deletionTimestamp !== undefined)
    refuseAs(`pod ${call.name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) refuseAs(`pod ${call.name} is already assigned to node "${pod.spec.nodeName}"`);
  if (pod.spec?.schedulingGates?.length > 0) refuseAs(`pod ${call.name} has non-empty .spec.schedulingGates`);
  if (kind !== '' && kind !== 'Node')
    refuse(unknownError(`target.kind: Unsupported value: "${kind}": supported values: "Node", "<empty>"`));
  if (node === '') refuse(unknownError('target.name: Required value'));
  saveObject(call, bound(pod, node, body.metadata ?? {}, call.turn.now), pod);
  return extended(success(undefined), { code: 201 });
}

function bound(
  pod: KubeObject,
  node: string,
  { annotations, labels }: Pick<KubeObject['metadata'], 'annotations' | 'labels'>,
  now: number,
): KubeObject {
  const conditions: readonly Condition[] = pod.status?.conditions ?? [];
  const { generation } = pod.metadata;
  const scheduled: Condition = {
    type: 'PodScheduled',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: timestamp(now),
  };
  const others = conditions.filter(({ type }) => type !== 'PodScheduled');
  const metadata =
    annotations === undefined && labels === undefined
      ? pod.metadata
      : {
          ...pod.metadata,
          ...(labels === undefined ? {} : { labels: { ...pod.metadata.labels, ...labels } }),
          ...(annotations === undefined ? {} : { annotations: { ...pod.metadata.annotations, ...annotations } }),
        };
  return {
    ...pod,
    metadata,
    spec: { ...pod.spec, nodeName: node },
    status: extended(withoutNomination(pod.status ?? {}), { conditions: others.concat([scheduled]) }),
  };
}

/** The promise that preemption made is kept now (ClearingNominatedNodeNameAfterBinding). */
function withoutNomination(status: KubeObject['status']): KubeObject['status'] {
  if (status.nominatedNodeName === undefined) return status;
  const { nominatedNodeName: _kept, ...rest } = status;
  return rest;
}
