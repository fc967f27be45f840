import type { KubeObject } from '../../object.ts';
import { versionsOf } from './definition.ts';
import { isKnownFormat } from './formats.ts';
import { isAnywhere, itemsOf, type JsonSchema } from './json-schema.ts';

/** What the author of a definition should know: formats that are not checked, sets whose items are no scalars. */
export function definitionWarnings(definition: KubeObject, previous?: KubeObject): readonly string[] {
  const known = previous === undefined ? [] : [...formatWarnings(previous), ...setWarnings(previous)];
  return [...formatWarnings(definition), ...setWarnings(definition)].filter((text) => !known.includes(text));
}

function everySchema(definition: KubeObject, visit: (schema: JsonSchema) => void): void {
  for (const { schema } of versionsOf(definition)) {
    isAnywhere(schema?.openAPIV3Schema, (part) => {
      visit(part);
      return false;
    });
  }
}

function formatWarnings(definition: KubeObject): readonly string[] {
  const warnings: string[] = [];
  everySchema(definition, ({ format }) => {
    if (format !== undefined && !isKnownFormat(format)) warnings.push(`unrecognized format "${format}"`);
  });
  return warnings;
}

function setWarnings(definition: KubeObject): readonly string[] {
  const warnings = new Set<string>();
  everySchema(definition, (schema) => {
    const type = itemsOf(schema)?.type;
    if (schema['x-kubernetes-list-type'] !== 'set' || (type !== 'object' && type !== 'array')) return;
    warnings.add(
      `x-kubernetes-list-type: set for items of type "${type}" is not supported by server-side apply or CEL validation rules`,
    );
  });
  return [...warnings].sort();
}
