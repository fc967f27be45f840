import type { PodSecurityConfiguration } from './podsecurity/policy.ts';

/** Which admission plugins a server runs besides or instead of the default ones, and how: its flags of these names. */
export interface AdmissionFlags {
  /** What `--admission-control-config-file` says of PodSecurity. */
  readonly podSecurity?: PodSecurityConfiguration;
  readonly enableAdmissionPlugins?: readonly string[];
  readonly disableAdmissionPlugins?: readonly string[];
}

type Standing = 'on' | 'off' | 'not simulated';

/**
 * Every plugin of kube-apiserver in the order in which they run, and whether it runs unless flags say otherwise
 * (`pkg/kubeapiserver/options/plugins.go`). Those whose feature gate is off by default do nothing.
 */
const STANDINGS: Readonly<Record<string, Standing>> = {
  AlwaysAdmit: 'off',
  NamespaceAutoProvision: 'not simulated',
  NamespaceLifecycle: 'on',
  NamespaceExists: 'not simulated',
  LimitPodHardAntiAffinityTopology: 'not simulated',
  LimitRanger: 'on',
  ServiceAccount: 'on',
  NodeRestriction: 'off',
  TaintNodesByCondition: 'on',
  AlwaysPullImages: 'off',
  ImagePolicyWebhook: 'not simulated',
  PodSecurity: 'on',
  PodNodeSelector: 'not simulated',
  Priority: 'on',
  DefaultTolerationSeconds: 'on',
  PodTolerationRestriction: 'not simulated',
  EventRateLimit: 'not simulated',
  ExtendedResourceToleration: 'off',
  DefaultStorageClass: 'on',
  StorageObjectInUseProtection: 'on',
  PodGroupProtection: 'on',
  OwnerReferencesPermissionEnforcement: 'not simulated',
  PersistentVolumeClaimResize: 'on',
  RuntimeClass: 'on',
  CertificateApproval: 'on',
  CertificateSigning: 'on',
  ClusterTrustBundleAttest: 'on',
  CertificateSubjectRestriction: 'on',
  DefaultIngressClass: 'on',
  DenyServiceExternalIPs: 'off',
  PodTopologyLabels: 'on',
  PodGroupWorkloadExists: 'on',
  NodeDeclaredFeatureValidator: 'on',
  JobValidation: 'on',
  PodResizeValidator: 'on',
  MutatingAdmissionPolicy: 'on',
  MutatingAdmissionWebhook: 'on',
  ValidatingAdmissionPolicy: 'on',
  ValidatingAdmissionWebhook: 'on',
  ResourceQuota: 'on',
  AlwaysDeny: 'off',
};

/** The names of the plugins that run with these flags, in the order in which they run. */
export function enabledPluginNames(flags: AdmissionFlags): readonly string[] {
  const { enableAdmissionPlugins: enabled = [], disableAdmissionPlugins: disabled = [] } = flags;
  return Object.keys(STANDINGS).filter(
    (name) => (STANDINGS[name] === 'on' || enabled.includes(name)) && !disabled.includes(name),
  );
}

/** What is wrong with the flags, in kube-apiserver's words where it has some (`AdmissionOptions.Validate`). */
export function admissionFlagProblems(flags: AdmissionFlags): readonly string[] {
  const { enableAdmissionPlugins: enabled = [], disableAdmissionPlugins: disabled = [] } = flags;
  const both = enabled.filter((name) => disabled.includes(name));
  return [
    ...enabled.filter(isUnknown).map((name) => `enable-admission-plugins plugin "${name}" is unknown`),
    ...disabled.filter(isUnknown).map((name) => `disable-admission-plugins plugin "${name}" is unknown`),
    ...(both.length === 0
      ? []
      : [`${both.sort().join(', ')} in enable-admission-plugins and disable-admission-plugins overlapped`]),
    ...enabled
      .filter((name) => STANDINGS[name] === 'not simulated')
      .map((name) => `enable-admission-plugins plugin "${name}" is not simulated`),
  ];
}

function isUnknown(name: string): boolean {
  return STANDINGS[name] === undefined;
}
