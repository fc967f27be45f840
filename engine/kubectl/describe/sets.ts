import type { Describer } from './describer.ts';
import { podTemplateText } from './pod-template.ts';
import { annotationLines, dateText, labelLines, labelsLine, selectorText, Text } from './text.ts';
import { podPhases } from './workloads.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

export const describeDaemonSet: Describer = function* (session, { object }) {
  const { metadata, spec, status = {} } = object as Any;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${metadata.namespace}`);
  const selector = selectorText(spec.selector);
  text.line(0, `Selector:\t${selector}`);
  text.line(0, `Node-Selector:\t${labelsLine(spec.template?.spec?.nodeSelector)}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  const counts: readonly (readonly [string, string])[] = [
    ['Desired Number of Nodes Scheduled', 'desiredNumberScheduled'],
    ['Current Number of Nodes Scheduled', 'currentNumberScheduled'],
    ['Number of Nodes Scheduled with Up-to-date Pods', 'updatedNumberScheduled'],
    ['Number of Nodes Scheduled with Available Pods', 'numberAvailable'],
    ['Number of Nodes Misscheduled', 'numberMisscheduled'],
  ];
  for (const [title, field] of counts) text.line(0, `${title}: ${status[field] ?? 0}`);
  text.line(0, `Pods Status:\t${yield* podPhases(session, object, selector)}`);
  text.add(podTemplateText(spec.template));
  return String(text);
};

export const describeStatefulSet: Describer = function* (session, { object }) {
  const { metadata, spec, status = {} } = object as Any;
  const text = new Text();
  text.line(0, `Name:\t${metadata.name}`);
  text.line(0, `Namespace:\t${metadata.namespace}`);
  text.line(0, `CreationTimestamp:\t${dateText(metadata.creationTimestamp)}`);
  const selector = selectorText(spec.selector);
  text.line(0, `Selector:\t${selector}`);
  labelLines(text, 0, 'Labels', metadata.labels);
  annotationLines(text, 0, 'Annotations', metadata.annotations);
  text.line(0, `Replicas:\t${spec.replicas ?? 1} desired | ${status.replicas ?? 0} total`);
  text.line(0, `Update Strategy:\t${spec.updateStrategy?.type ?? ''}`);
  const rolling = spec.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) {
    text.line(1, `Partition:\t${rolling.partition}`);
    if (rolling.maxUnavailable !== undefined) text.line(1, `MaxUnavailable:\t${rolling.maxUnavailable}`);
  }
  text.line(0, `Pods Status:\t${yield* podPhases(session, object, selector)}`);
  text.add(podTemplateText(spec.template));
  claimTemplateLines(text, spec.volumeClaimTemplates ?? []);
  return String(text);
};

function claimTemplateLines(text: Text, templates: readonly Any[]): void {
  if (templates.length === 0) {
    text.line(0, 'Volume Claims:\t<none>');
    return;
  }
  text.line(0, 'Volume Claims:');
  for (const { metadata = {}, spec = {} } of templates) {
    text.line(1, `Name:\t${metadata.name}`);
    text.line(1, `StorageClass:\t${spec.storageClassName ?? ''}`);
    labelLines(text, 1, 'Labels', metadata.labels);
    annotationLines(text, 1, 'Annotations', metadata.annotations);
    text.line(1, `Capacity:\t${spec.resources?.requests?.storage ?? '<default>'}`);
    text.line(1, `Access Modes:\t[${(spec.accessModes ?? []).join(' ')}]`);
  }
}
