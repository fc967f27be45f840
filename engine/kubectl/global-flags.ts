import type { Flag } from './flags.ts';

/** Flags that every command has. Source: `k8s.io/cli-runtime/pkg/genericclioptions/config_flags.go`. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: 'as', type: 'string', usage: 'User (or service account) to impersonate' },
  { name: 'as-group', type: 'array', usage: 'Group to impersonate; may be repeated' },
  { name: 'as-uid', type: 'string', usage: 'UID to impersonate' },
  { name: 'as-user-extra', type: 'array', usage: 'Extra of the user to impersonate, KEY=VALUE; may be repeated' },
  { name: 'cache-dir', type: 'string', usage: 'Directory for caches' },
  { name: 'certificate-authority', type: 'string', usage: 'File with the certificate of the certificate authority' },
  { name: 'client-certificate', type: 'string', usage: 'File with a client certificate' },
  { name: 'client-key', type: 'string', usage: 'File with the key of the client certificate' },
  { name: 'cluster', type: 'string', usage: 'Cluster of the kubeconfig to use' },
  { name: 'context', type: 'string', usage: 'Context of the kubeconfig to use' },
  { name: 'disable-compression', type: 'boolean', usage: 'Ask for answers without compression' },
  { name: 'insecure-skip-tls-verify', type: 'boolean', usage: "Do not check the server's certificate" },
  { name: 'kubeconfig', type: 'string', usage: 'The kubeconfig file to use' },
  { name: 'kuberc', type: 'string', usage: 'File with preferences of your own; ~/.kube/kuberc where none is named' },
  { name: 'match-server-version', type: 'boolean', usage: 'Insist on the version of the server' },
  { name: 'namespace', shorthand: 'n', type: 'string', usage: 'The namespace of this request' },
  { name: 'password', type: 'string', usage: 'Password for basic authentication' },
  {
    name: 'request-timeout',
    type: 'string',
    default: '0',
    usage: 'How long to wait for one request; 0 waits for ever',
  },
  { name: 'server', shorthand: 's', type: 'string', usage: 'Address of the API server' },
  { name: 'tls-server-name', type: 'string', usage: "Name to expect in the server's certificate" },
  { name: 'token', type: 'string', usage: 'Bearer token' },
  { name: 'user', type: 'string', usage: 'User of the kubeconfig to act as' },
  { name: 'username', type: 'string', usage: 'User name for basic authentication' },
  { name: 'v', shorthand: 'v', type: 'int', default: '0', usage: 'Level of log messages' },
  { name: 'warnings-as-errors', type: 'boolean', usage: 'Exit with an error when the server sends a warning' },
  { name: 'help', shorthand: 'h', type: 'boolean', usage: 'Explain this command' },
];

/** `-o`, `--template` and what goes with them. */
export const OUTPUT_FLAGS: readonly Flag[] = [
  {
    name: 'output',
    shorthand: 'o',
    type: 'string',
    usage:
      'Output format: json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file',
  },
  { name: 'template', type: 'string', usage: 'Template for -o go-template or jsonpath' },
  { name: 'allow-missing-template-keys', type: 'boolean', default: 'true', usage: 'Take a missing key for empty' },
  { name: 'show-managed-fields', type: 'boolean', usage: 'Keep managedFields in YAML and JSON' },
];

/** `-f`, `-R`, `-k`. */
export const FILENAME_FLAGS: readonly Flag[] = [
  {
    name: 'filename',
    shorthand: 'f',
    type: 'slice',
    usage: 'Files or directories with manifests; - is standard input',
  },
  { name: 'recursive', shorthand: 'R', type: 'boolean', usage: 'Look into subdirectories too' },
  { name: 'kustomize', shorthand: 'k', type: 'string', usage: 'Directory with a kustomization' },
];

export const SELECTOR_FLAG: Flag = {
  name: 'selector',
  shorthand: 'l',
  type: 'string',
  usage: 'Only objects with these labels: a=b,c!=d,e in (f,g)',
};

export const FIELD_SELECTOR_FLAG: Flag = {
  name: 'field-selector',
  type: 'string',
  usage: 'Only objects with these fields: metadata.name=web',
};

export const ALL_NAMESPACES_FLAG: Flag = {
  name: 'all-namespaces',
  shorthand: 'A',
  type: 'boolean',
  usage: 'In all namespaces',
};

export const DRY_RUN_FLAG: Flag = {
  name: 'dry-run',
  type: 'string',
  default: 'none',
  bare: 'unchanged',
  usage: 'none, client (print only) or server (check, do not store)',
};

export const VALIDATE_FLAG: Flag = {
  name: 'validate',
  type: 'string',
  default: 'strict',
  bare: 'strict',
  usage: 'strict, warn or ignore unknown fields',
};

/** Notes the command line on what it changes, where `rollout history` finds it. */
export const RECORD_FLAG: Flag = {
  name: 'record',
  type: 'boolean',
  usage: 'Note this command line as the cause of the change',
  deprecated: '--record will be removed in the future',
};

export const LOCAL_FLAG: Flag = { name: 'local', type: 'boolean', usage: 'Work on the files, do not ask the server' };

export function fieldManagerFlag(manager: string): Flag {
  return { name: 'field-manager', type: 'string', default: manager, usage: 'Owner of the fields that are written' };
}

export const CHUNK_FLAG: Flag = {
  name: 'chunk-size',
  type: 'int',
  default: '500',
  usage: 'Fetch long lists in pieces of this size; 0 at once',
};
