import type { KubeObject } from '../../object.ts';
import { type Rule, ruleColumns, shownRules } from '../generate/rules.ts';
import type { Describer } from './describer.ts';
import { annotationLines, labelLines, Text } from './text.ts';

function head(object: KubeObject): Text {
  const text = new Text();
  text.line(0, `Name:\t${object.metadata.name}`);
  labelLines(text, 0, 'Labels', object.metadata.labels);
  annotationLines(text, 0, 'Annotations', object.metadata.annotations);
  return text;
}

/** Roles and ClusterRoles. */
export const describeRole: Describer = (_, { object }) => {
  const text = head(object);
  text.line(0, 'PolicyRule:');
  text.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs');
  text.line(1, '---------\t-----------------\t--------------\t-----');
  for (const rule of shownRules((object.rules ?? []) as Rule[])) text.line(1, ruleColumns(rule));
  return String(text);
};

/** RoleBindings and ClusterRoleBindings. */
export const describeRoleBinding: Describer = (_, { object }) => {
  const text = head(object);
  text.line(0, 'Role:');
  text.line(1, `Kind:\t${object.roleRef?.kind ?? ''}`);
  text.line(1, `Name:\t${object.roleRef?.name ?? ''}`);
  text.line(0, 'Subjects:');
  text.line(1, 'Kind\tName\tNamespace');
  text.line(1, '----\t----\t---------');
  for (const subject of (object.subjects ?? []) as { kind: string; name: string; namespace?: string }[]) {
    text.line(1, `${subject.kind}\t${subject.name}\t${subject.namespace ?? ''}`);
  }
  return String(text);
};
