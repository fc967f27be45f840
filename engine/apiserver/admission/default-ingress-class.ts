import type { KubeObject } from '../../object.ts';
import type { AdmissionPlugin } from './plugin.ts';

const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';
/** What came before `spec.ingressClassName`; it still counts as a choice. */
const LEGACY = 'kubernetes.io/ingress.class';

/** An ingress that names no class gets the default one; the newest where there are several. Source: `plugin/pkg/admission/network/defaultingressclass`. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  resources: ['ingresses.networking.k8s.io'],
  operations: ['CREATE'],
  admit({ call, object: ingress }) {
    if (ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.[LEGACY] !== undefined)
      return ingress;
    let chosen: KubeObject | undefined;
    for (const candidate of call.turn.store.at('ingressclasses.networking.k8s.io').list()) {
      if (candidate.metadata.annotations?.[DEFAULT] !== 'true') continue;
      if (chosen === undefined || candidate.metadata.creationTimestamp > chosen.metadata.creationTimestamp)
        chosen = candidate;
    }
    if (chosen === undefined) return ingress;
    return { ...ingress, spec: { ...ingress.spec, ingressClassName: chosen.metadata.name } };
  },
};
