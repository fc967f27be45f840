// Writes schemas.generated.json: one compact schema of every kind of every served group, without prose.
//
//   node engine/apiserver/schema/generate.mjs OPENAPI [GO…]
//
// OPENAPI is a folder with `v3/*.json.gz`, the documents an API server publishes below /openapi/v3. They say nothing of
// three facts that decide how Go encodes and reports: whether an optional scalar is a pointer (an explicit `false`
// stays), whether an empty field is left out (`omitempty`, `omitzero`), and how Go calls a named scalar
// (`v1.Capability`). GO are checkouts of k8s.io/api, apimachinery, apiextensions-apiserver and kube-aggregator whose
// struct declarations are read for just these facts; without them the facts of the present schemas.generated.json are kept.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const OUTPUT = fileURLToPath(new URL('schemas.generated.json', import.meta.url));
const [openapi, ...checkouts] = process.argv.slice(2);
if (!openapi) {
  console.error('usage: generate.mjs OPENAPI [GO…]');
  process.exit(2);
}

const SCALARS = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'quantity',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 'time',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'micro-time',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'any',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Patch': 'any',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'any',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'any',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'any',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'any',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'any',
};

/** Go structs by published name: `{ json name: { pointer, omits, goType, inline } }`. */
function goStructs(files) {
  const structs = new Map();
  for (const { prefix, text } of files) {
    for (const [, name, body] of text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)) {
      const fields = [];
      for (const line of body.split('\n')) {
        const match = /^\t(?:(\w+)\s+)?([\w.*[\]]+(?:\[[\w.]+\][\w.*]+)?)\s+`json:"([^"]*)"/.exec(line);
        if (!match) continue;
        const [, goName, goType, tag] = match;
        const [json, ...options] = tag.split(',');
        fields.push({
          json,
          goName,
          goType,
          inline: goName === undefined && (json === '' || options.includes('inline')),
          options,
        });
      }
      structs.set(`${prefix}.${name}`, fields);
    }
  }
  return structs;
}

function goFiles(checkout) {
  const module = /^module (\S+)/m.exec(read(checkout, 'go.mod'))?.[1];
  const roots = {
    'k8s.io/api': 'io.k8s.api',
    'k8s.io/apimachinery': 'io.k8s.apimachinery',
    'k8s.io/apiextensions-apiserver': 'io.k8s.apiextensions-apiserver',
    'k8s.io/kube-aggregator': 'io.k8s.kube-aggregator',
  };
  const root = roots[module];
  return list(checkout)
    .filter((path) => /(^|\/)types(_jsonschema)?\.go$/.test(path) && !path.includes('internal/'))
    .map((path) => ({ prefix: `${root}.${path.split('/').slice(0, -1).join('.')}`, text: read(checkout, path) }));
}

// A checkout is a work tree or a bare repository.
function isBare(checkout) {
  return !existsSync(join(checkout, 'go.mod'));
}
function read(checkout, path) {
  return isBare(checkout)
    ? execFileSync('git', ['-C', checkout, 'show', `HEAD:${path}`], { encoding: 'utf8', maxBuffer: 1 << 28 })
    : readFileSync(join(checkout, path), 'utf8');
}
function list(checkout) {
  if (isBare(checkout))
    return execFileSync('git', ['-C', checkout, 'ls-tree', '-r', '--name-only', 'HEAD'], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).split('\n');
  const walk = (folder) =>
    readdirSync(join(checkout, folder)).flatMap((name) => {
      const path = folder === '' ? name : `${folder}/${name}`;
      return statSync(join(checkout, path)).isDirectory() ? walk(path) : [path];
    });
  return walk('');
}

const published = {};
for (const file of readdirSync(join(openapi, 'v3'))
  .filter((name) => /__v\d+\.json\.gz$/.test(name))
  .sort()) {
  const document = JSON.parse(gunzipSync(readFileSync(join(openapi, 'v3', file))).toString('utf8'));
  Object.assign(published, document.components?.schemas ?? {});
}

const structs = goStructs(checkouts.flatMap(goFiles));
const before = existsSync(OUTPUT) && structs.size === 0 ? JSON.parse(readFileSync(OUTPUT, 'utf8')) : undefined;

const sorted = (object) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
const refOf = (node) => (node.$ref ?? node.allOf?.[0]?.$ref)?.replace('#/components/schemas/', '');
const goPrimitive = new Set([
  'string',
  'bool',
  'int32',
  'int64',
  'int',
  'float64',
  'byte',
  'uint8',
  'uint16',
  'uint32',
]);

function typeText(node, queue) {
  const ref = refOf(node);
  if (ref) {
    if (SCALARS[ref]) return SCALARS[ref];
    if (published[ref].type === 'string') return 'string';
    queue.push(ref);
    return `#${ref}`;
  }
  if (node.type === 'array') return `[]${typeText(node.items, queue)}`;
  if (node.type === 'object')
    return node.additionalProperties ? `{}${typeText(node.additionalProperties, queue)}` : 'any';
  if (node.type === 'string') return node.format === 'byte' ? 'byte' : 'string';
  if (node.type === 'integer') return node.format === 'int64' ? 'int64' : 'int32';
  if (node.type === 'number') return 'number';
  if (node.type === 'boolean') return 'boolean';
  return 'any';
}

function goFieldsOf(name) {
  const own = structs.get(name);
  if (!own) return undefined;
  const fields = new Map();
  const prefix = name.slice(0, name.lastIndexOf('.'));
  for (const field of own) {
    if (!field.inline) {
      fields.set(field.json, { ...field, prefix });
      continue;
    }
    const type = field.goType.replace('*', '');
    const target = type.startsWith('metav1.')
      ? `io.k8s.apimachinery.pkg.apis.meta.v1.${type.slice(7)}`
      : type.startsWith('v1.')
        ? `io.k8s.api.core.v1.${type.slice(3)}`
        : `${prefix}.${type}`;
    for (const [json, inner] of goFieldsOf(target) ?? []) fields.set(json, inner);
  }
  return fields;
}

/** How Go prints the element of a named scalar type, when it is none of the language's own. */
function namedScalar(field) {
  const type = field.goType.replace(/^(\*|\[\]|map\[[\w.]+\])+/, '').replace(/^\*/, '');
  if (goPrimitive.has(type)) return undefined;
  if (type.includes('.')) return type.replace(/^metav1\./, 'v1.');
  return `${field.prefix.split('.').at(-1)}.${type}`;
}

function encodeField(owner, json, node, required, goFields, queue) {
  const type = typeText(node, queue);
  const attributes = {};
  const go = goFields?.get(json);
  const isObject = type.startsWith('#');
  if (go) {
    const omits = go.options.includes('omitempty');
    const omitsZero = go.options.includes('omitzero');
    const pointer = go.goType.startsWith('*');
    // omitempty never leaves out a struct; Quantity, Time and IntOrString are structs.
    const isStruct = !pointer && (isObject || ['quantity', 'time', 'micro-time', 'int-or-string'].includes(type));
    if (!omitsZero && (isStruct || !omits)) attributes.a = 1;
    if (isObject && !pointer && omitsZero) attributes.z = 1;
    if (pointer) attributes.p = 1;
    if (go.goName !== json.charAt(0).toUpperCase() + json.slice(1)) attributes.n = go.goName;
    const element = type.replace(/^(\[\]|\{\})+/, '');
    if (['string', 'int32', 'int64', 'boolean'].includes(element)) {
      const named = namedScalar(go);
      if (named) attributes.g = named;
    }
  } else if (before === undefined) {
    console.warn(`no Go field for ${owner} ${json}: taken as omitempty`);
  }
  if (required.includes(json)) attributes.r = 1;
  if (node.default !== undefined && JSON.stringify(node.default) !== '{}') attributes.d = node.default;
  if (node.enum) attributes.e = node.enum;
  const listType = node['x-kubernetes-list-type'];
  if (listType && listType !== 'atomic') attributes.l = listType;
  if (node['x-kubernetes-list-map-keys']) attributes.k = node['x-kubernetes-list-map-keys'];
  if (node['x-kubernetes-map-type'] === 'atomic') attributes.t = 1;
  if (node['x-kubernetes-patch-strategy']) attributes.s = node['x-kubernetes-patch-strategy'];
  if (node['x-kubernetes-patch-merge-key']) attributes.m = node['x-kubernetes-patch-merge-key'];
  const previous = before?.types[owner]?.f[json];
  if (Array.isArray(previous))
    for (const key of ['a', 'z', 'p', 'g', 'n']) if (previous[1][key] !== undefined) attributes[key] = previous[1][key];
  return Object.keys(attributes).length === 0 ? type : [type, sorted(attributes)];
}

function encodeType(name, queue) {
  const schema = published[name];
  const goFields = goFieldsOf(name);
  const fields = {};
  // In the order of Go's declaration: that is the order in which a server writes them and reports their errors.
  const order = goFields ? [...goFields.keys()] : Object.keys(before?.types[name]?.f ?? {});
  const names = Object.keys(schema.properties ?? {}).sort((a, b) => rank(order, a) - rank(order, b));
  for (const json of names)
    fields[json] = encodeField(name, json, schema.properties[json], schema.required ?? [], goFields, queue);
  const type = { f: fields };
  if (schema['x-kubernetes-map-type'] === 'atomic') type.t = 1;
  const unions = schema['x-kubernetes-unions'];
  if (unions)
    type.u = unions.map((union) => ({
      ...(union.discriminator ? { d: union.discriminator } : {}),
      f: Object.keys(union['fields-to-discriminateBy']),
    }));
  return type;
}

function rank(order, name) {
  const index = order.indexOf(name);
  return index < 0 ? order.length : index;
}

const kinds = {};
const queue = [];
for (const [name, schema] of Object.entries(published)) {
  const gvks = schema['x-kubernetes-group-version-kind'] ?? [];
  const gvk = gvks.find((each) => gvks.length === 1 || (each.group === '' && each.version === 'v1'));
  if (!gvk || /List$/.test(gvk.kind) || gvk.kind === 'WatchEvent') continue;
  kinds[gvk.group === '' ? `${gvk.version}/${gvk.kind}` : `${gvk.group}/${gvk.version}/${gvk.kind}`] = name;
  queue.push(name);
}

const types = {};
while (queue.length > 0) {
  const name = queue.pop();
  types[name] ??= encodeType(name, queue);
}

const lines = [
  '{',
  '"comment":"Generated by generate.mjs from the published OpenAPI documents of Kubernetes 1.36.2; do not edit.",',
  `"kinds":${JSON.stringify(sorted(kinds))},`,
  '"types":{',
  Object.entries(sorted(types))
    .map(([name, type]) => `${JSON.stringify(name)}:${JSON.stringify(type)}`)
    .join(',\n'),
  '}',
  '}',
];
writeFileSync(OUTPUT, `${lines.join('\n')}\n`);
console.log(`${Object.keys(kinds).length} kinds, ${Object.keys(types).length} types, ${statSync(OUTPUT).size} bytes`);
