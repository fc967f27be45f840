import { qosClass } from '../../apiserver/kinds/qos.ts';
import { humanDuration } from '../../human-duration.ts';
import { parseTimestamp } from '../../sim/time.ts';
import { containerLines } from './containers.ts';
import type { Describer } from './describer.ts';
import { annotationLines, dateText, labelLines, labelsLine, listLines, Text } from './text.ts';
import { spreadLines, tolerationTexts, volumeLines } from './volumes.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** Source of the layout: `k8s.io/kubectl/pkg/describe/describe.go`, `describePod`. */
export const describePod: Describer = function* (session, { object: pod }) {
  const text = new Text();
  head(text, pod);
  status(text, pod, yield* session.now());
  const { spec } = pod;
  if (spec.initContainers?.length)
    text.add(containerLines('Init Containers', spec.initContainers, pod.status?.initContainerStatuses ?? [], '', pod));
  text.add(containerLines('Containers', spec.containers, pod.status?.containerStatuses ?? [], '', pod));
  if (spec.ephemeralContainers?.length)
    text.add(
      containerLines(
        'Ephemeral Containers',
        spec.ephemeralContainers,
        pod.status?.ephemeralContainerStatuses ?? [],
        '',
        pod,
      ),
    );
  conditions(text, pod);
  text.add(volumeLines(spec.volumes, ''));
  text.line(0, `QoS Class:\t${pod.status?.qosClass ?? qosClass(spec)}`);
  listLines(text, 'Node-Selectors', labelsLine(spec.nodeSelector).split(','));
  listLines(text, 'Tolerations', tolerationTexts(spec.tolerations));
  spreadLines(text, spec.topologySpreadConstraints, '');
  return String(text);
};

function head(text: Text, pod: Any): void {
  text.line(0, `Name:\t${pod.metadata.name}`);
  text.line(0, `Namespace:\t${pod.metadata.namespace}`);
  if (pod.spec.priority !== undefined) text.line(0, `Priority:\t${pod.spec.priority}`);
  if (pod.spec.priorityClassName) text.line(0, `Priority Class Name:\t${pod.spec.priorityClassName}`);
  if (pod.spec.runtimeClassName) text.line(0, `Runtime Class Name:\t${pod.spec.runtimeClassName}`);
  if (pod.spec.serviceAccountName) text.line(0, `Service Account:\t${pod.spec.serviceAccountName}`);
  if (pod.spec.nodeName) text.line(0, `Node:\t${pod.spec.nodeName}/${pod.status?.hostIP ?? ''}`);
  else text.line(0, 'Node:\t<none>');
  if (pod.status?.startTime) text.line(0, `Start Time:\t${dateText(pod.status.startTime)}`);
  labelLines(text, 0, 'Labels', pod.metadata.labels);
  annotationLines(text, 0, 'Annotations', pod.metadata.annotations);
}

function status(text: Text, pod: Any, now: number): void {
  const hasEnded = ['Failed', 'Succeeded'].includes(pod.status?.phase);
  if (pod.metadata.deletionTimestamp && !hasEnded) {
    const lasts = humanDuration(now - parseTimestamp(pod.metadata.deletionTimestamp));
    text.line(0, `Status:\tTerminating (lasts ${lasts})`);
    text.line(0, `Termination Grace Period:\t${pod.metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else text.line(0, `Status:\t${pod.status?.phase ?? ''}`);
  if (pod.status?.reason) text.line(0, `Reason:\t${pod.status.reason}`);
  if (pod.status?.message) text.line(0, `Message:\t${pod.status.message}`);
  const seccomp = pod.spec.securityContext?.seccompProfile;
  if (seccomp) text.line(0, `SeccompProfile:\t${seccomp.type}`);
  if (seccomp?.type === 'Localhost') text.line(0, `LocalhostProfile:\t${seccomp.localhostProfile}`);
  text.line(0, `IP:\t${pod.status?.podIP ?? ''}`);
  const ips = (pod.status?.podIPs ?? []) as { ip: string }[];
  if (ips.length === 0) text.line(0, 'IPs:\t<none>');
  else {
    text.line(0, 'IPs:');
    for (const { ip } of ips) text.line(1, `IP:\t${ip}`);
  }
  const owner = pod.metadata.ownerReferences?.find((reference: Any) => reference.controller);
  if (owner) text.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
  if (pod.status?.nominatedNodeName) text.line(0, `NominatedNodeName:\t${pod.status.nominatedNodeName}`);
}

function conditions(text: Text, pod: Any): void {
  const list = (pod.status?.conditions ?? []) as Any[];
  const gates = (pod.spec.readinessGates ?? []) as Any[];
  if (gates.length > 0) {
    text.line(0, 'Readiness Gates:');
    text.line(1, 'Type\tStatus');
    for (const { conditionType } of gates) {
      text.line(
        1,
        `${conditionType} \t${list.find((condition) => condition.type === conditionType)?.status ?? '<none>'} `,
      );
    }
  }
  if (list.length === 0) return;
  text.line(0, 'Conditions:');
  text.line(1, 'Type\tStatus');
  for (const condition of list) text.line(1, `${condition.type} \t${condition.status} `);
}
