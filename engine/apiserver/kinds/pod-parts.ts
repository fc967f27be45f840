import type { KubeObject, ObjectMeta } from '../../object.ts';
import { validateEphemeralContainersUpdate } from '../validation/pod-ephemeral.ts';
import { validatePodResize } from '../validation/pod-resize.ts';
import { type Fields, withField, withoutFields } from './fields.ts';
import type { PartRules } from './kind.ts';

/** A look into a running pod: containers are added, nothing else changes. */
const ephemeralcontainers: PartRules = {
  merged: (given, previous) => ({
    ...previous,
    spec: withPart(previous.spec, 'ephemeralContainers', given.spec?.ephemeralContainers),
  }),
  prepare: withMetadataKept,
  validate: validateEphemeralContainersUpdate,
};

/** A running pod is given other resources. Source: `podResizeStrategy` in `pkg/registry/core/pod/strategy.go`. */
const resize: PartRules = {
  merged: (given, previous) => ({ ...previous, spec: resized(given.spec ?? {}, previous.spec) }),
  prepare: withMetadataKept,
  validate: validatePodResize,
};

export const POD_PARTS: Readonly<Record<string, PartRules>> = { ephemeralcontainers, resize };

function withPart(object: Fields, name: string, value: unknown): Fields {
  return value === undefined ? withoutFields(object, name) : withField(object, name, value);
}

/** Another number of containers is taken over whole, so that validation sees and refuses it. */
function resized(given: Fields, spec: Fields): Fields {
  for (const list of ['containers', 'initContainers'])
    if ((given[list]?.length ?? 0) !== (spec[list]?.length ?? 0)) return given;
  let next = withPart(spec, 'containers', withResources(given.containers, spec.containers));
  next = withPart(next, 'initContainers', withResources(given.initContainers, spec.initContainers));
  return withPart(next, 'resources', given.resources);
}

/** The containers as they are with the resources given, matched by place; renamed ones are taken over as given. */
function withResources(given: readonly Fields[] | undefined, containers: readonly Fields[] | undefined): unknown {
  if (given === undefined || containers === undefined) return containers;
  if (given.some(({ name }, index) => name !== containers[index]?.name)) return given;
  return given.map(({ resources, resizePolicy }, index) =>
    withPart(withPart(containers[index] as Fields, 'resources', resources), 'resizePolicy', resizePolicy),
  );
}

function withMetadataKept(next: KubeObject, previous: KubeObject): KubeObject {
  const { labels, annotations } = previous.metadata;
  if (next.metadata.labels === labels && next.metadata.annotations === annotations) return next;
  const { labels: _, annotations: __, ...rest } = next.metadata;
  const kept = {
    ...rest,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return { ...next, metadata: kept as ObjectMeta };
}
