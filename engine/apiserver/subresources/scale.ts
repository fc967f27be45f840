import type { Operation } from 'fast-json-patch';
import type { Json, KubeObject } from '../../object.ts';
import { admit, validateAdmission } from '../admission/admission.ts';
import { applyScale, isApply } from '../apply/apply.ts';
import { type Call, refuse } from '../call.ts';
import { parseBody } from '../codec.ts';
import { customScale, withReplicas } from '../customresources/scale.ts';
import { badRequest, conflict, invalid, unprocessable, unsupportedMediaType } from '../errors.ts';
import { applyJsonPatch } from '../patch/json.ts';
import { applyMergePatch } from '../patch/merge.ts';
import { getObject } from '../storage.ts';
import { formatSelector } from '../tables/printer.ts';
import { objectPatch, patchBody } from '../verbs/patch.ts';
import { replaceObject } from '../verbs/update.ts';
import type { SubresourceHandler } from './subresource.ts';

type Fields = { readonly [key: string]: Json | undefined };

/** The number of replicas of a workload, in one shape for all workloads (`autoscaling/v1 Scale`). */
export const scale: SubresourceHandler = {
  get: (call) => ({ code: 200, body: scaleOf(call, getObject(call)) }),
  update: (call) => ({ code: 200, body: rescale(call, getObject(call), givenScale(call)) }),
  patch(call) {
    const object = getObject(call);
    if (isApply(call.request)) return { code: 200, body: scaleOf(call, applied(call, object)) };
    return { code: 200, body: rescale(call, object, patchScale(call, scaleOf(call, object))) };
  },
};

function givenScale(call: Call): Fields {
  const body = parseBody(call.request.body);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  return refuse(badRequest('the object provided is unrecognized (must be of type Scale)'));
}

function scaleOf(call: Call, object: KubeObject): Fields {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector =
    object.kind === 'ReplicationController' ? { matchLabels: object.spec?.selector } : object.spec?.selector;
  const paths = call.kind.custom?.scale;
  const custom = paths === undefined ? undefined : customScale(paths, object);
  const shape = { kind: 'Scale', apiVersion: 'autoscaling/v1' };
  const metadata = { name, namespace, uid, resourceVersion, creationTimestamp };
  if (custom !== undefined) {
    const spec = custom.replicas === 0 ? {} : { replicas: custom.replicas };
    const chosen = custom.selector === '' ? {} : { selector: custom.selector };
    return { ...shape, metadata, spec, status: { replicas: custom.statusReplicas, ...chosen } };
  }
  return {
    ...shape,
    metadata,
    spec: object.spec?.replicas ? { replicas: object.spec.replicas } : {},
    status: { replicas: object.status?.replicas ?? 0, selector: formatSelector(selector) },
  };
}

/** A Scale has no lists: the strategic and the plain merge do the same. */
function patchScale(call: Call, scaled: Fields): Fields {
  const [type] = (call.request.headers?.['content-type'] ?? '').split(';');
  const prefix = 'error decoding patch: ';
  const patch = patchBody(call, prefix);
  if (type === 'application/json-patch+json') {
    return (
      (applyJsonPatch(scaled, patch as unknown as readonly Operation[]) as Fields | undefined) ??
      refuse(unprocessable())
    );
  }
  if (type !== 'application/merge-patch+json' && type !== 'application/strategic-merge-patch+json')
    refuse(unsupportedMediaType());
  return applyMergePatch(scaled, objectPatch(patch, prefix)) as Fields;
}

/** What plugins see of a change of scale is the Scale, not the workload. */
function admittedScale(call: Call, object: KubeObject, asked: Fields): Fields {
  const request = { call, operation: 'UPDATE', previous: scaleOf(call, object) as unknown as KubeObject } as const;
  const admitted = admit({ ...request, object: asked as unknown as KubeObject });
  validateAdmission({ ...request, object: admitted });
  return admitted as unknown as Fields;
}

function rescale(call: Call, object: KubeObject, asked: Fields): Fields {
  return withScale(call, object, admittedScale(call, object, asked));
}

/** Server-side apply: the replicas become the manager's own. */
function applied(call: Call, object: KubeObject): KubeObject {
  const admitted = (replicas: number): number => {
    const { spec } = admittedScale(call, object, { ...scaleOf(call, object), spec: { replicas } });
    return requireReplicas(call, (spec as Fields).replicas);
  };
  const place = (call.kind.custom?.scale?.specReplicasPath ?? '.spec.replicas').split('.').slice(1);
  const fields = (replicas: number): Fields =>
    place.reduceRight<Json>((value, key) => ({ [key]: value }), replicas) as Fields;
  return applyScale(call, object, admitted, fields);
}

function requireReplicas({ name }: Call, replicas: Json | undefined): number {
  if (typeof replicas === 'number' && replicas >= 0) return replicas;
  const message = `Invalid value: ${String(replicas)}: must be greater than or equal to 0`;
  const error = { type: 'FieldValueInvalid', field: 'spec.replicas', message } as const;
  return refuse(invalid({ group: 'autoscaling', kind: 'Scale' }, name, [error]));
}

function withScale(call: Call, object: KubeObject, wanted: Fields): Fields {
  const metadata = (wanted.metadata ?? {}) as Fields;
  const replicas = ((wanted.spec ?? {}) as Fields).replicas ?? 0;
  if (metadata.name !== call.name) {
    refuse(
      badRequest(
        `the name of the object (${String(metadata.name ?? '')}) does not match the name on the URL (${call.name})`,
      ),
    );
  }
  const version = metadata.resourceVersion;
  if (version !== undefined && version !== '' && version !== object.metadata.resourceVersion)
    refuse(conflict(call.kind, call.name));
  const count = requireReplicas(call, replicas);
  const paths = call.kind.custom?.scale;
  const next =
    paths === undefined ? { ...object, spec: { ...object.spec, replicas: count } } : withReplicas(paths, object, count);
  return scaleOf(call, replaceObject(call, next, object));
}
