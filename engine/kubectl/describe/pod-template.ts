import { containerLines } from './containers.ts';
import { annotationLines, labelLines, Text } from './text.ts';
import { spreadLines, tolerationTexts, volumeLines } from './volumes.ts';

// biome-ignore lint/suspicious/noExplicitAny: the schema, not TypeScript, is the authority on the fields of a kind
type Any = any;

/** `Pod Template:` of a workload, cells still separated by tabs. */
export function podTemplateText(template: Any): string {
  const text = new Text();
  text.line(0, 'Pod Template:');
  const spec = template?.spec ?? {};
  indentedLabels(text, 'Labels', template?.metadata?.labels);
  if (Object.keys(template?.metadata?.annotations ?? {}).length > 0)
    annotationLines(text, 0, '  Annotations', template.metadata.annotations);
  if (spec.serviceAccountName) text.line(1, `Service Account:\t${spec.serviceAccountName}`);
  if (spec.initContainers?.length) text.add(containerLines('Init Containers', spec.initContainers, undefined, '  '));
  text.add(containerLines('Containers', spec.containers ?? [], undefined, '  '));
  text.add(volumeLines(spec.volumes, '  '));
  spreadLines(text, spec.topologySpreadConstraints, '  ');
  if (spec.priorityClassName) text.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  indentedLabels(text, 'Node-Selectors', spec.nodeSelector);
  const tolerations = tolerationTexts(spec.tolerations);
  text.line(1, `Tolerations:\t${tolerations[0] ?? '<none>'}`);
  for (const toleration of tolerations.slice(1)) text.line(0, `\t${toleration}`);
  return String(text);
}

/** Only the first line is indented: the title stands in one cell with its blanks. */
function indentedLabels(text: Text, title: string, labels: Readonly<Record<string, string>> | undefined): void {
  labelLines(text, 0, `  ${title}`, labels);
}
