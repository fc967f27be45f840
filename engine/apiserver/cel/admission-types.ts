import { AUTHORIZER_TYPE } from './authorizer.ts';
import { type Compiled, compileExpression } from './environment.ts';
import { BOOL, type CelType, DYN, INT, listOf, mapOf, objectOf, STRING, TIMESTAMP } from './type.ts';

const GROUP_VERSION_KIND = objectOf('kubernetes.GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const GROUP_VERSION_RESOURCE = objectOf('kubernetes.GroupVersionResource', {
  group: STRING,
  version: STRING,
  resource: STRING,
});

/** The variable `request`. */
const REQUEST = objectOf('kubernetes.AdmissionRequest', {
  kind: GROUP_VERSION_KIND,
  resource: GROUP_VERSION_RESOURCE,
  subResource: STRING,
  requestKind: GROUP_VERSION_KIND,
  requestResource: GROUP_VERSION_RESOURCE,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: objectOf('kubernetes.UserInfo', {
    username: STRING,
    uid: STRING,
    groups: listOf(STRING),
    extra: mapOf(STRING, listOf(STRING)),
  }),
  dryRun: BOOL,
  options: DYN,
});

/** The variable `namespaceObject`. */
const NAMESPACE = objectOf('kubernetes.Namespace', {
  metadata: objectOf('kubernetes.NamespaceMetadata', {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapOf(STRING, STRING),
    annotations: mapOf(STRING, STRING),
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: listOf(STRING),
  }),
  spec: objectOf('kubernetes.NamespaceSpec', { finalizers: listOf(STRING) }),
  status: objectOf('kubernetes.NamespaceStatus', {
    conditions: listOf(
      objectOf('kubernetes.NamespaceCondition', {
        status: STRING,
        type: STRING,
        lastTransitionTime: TIMESTAMP,
        message: STRING,
        reason: STRING,
      }),
    ),
    phase: STRING,
  }),
});

const JSON_PATCH = objectOf('JSONPatch', { op: STRING, path: STRING, from: STRING, value: DYN });

/** What expressions of a policy or a webhook may refer to besides the request. */
export interface AdmissionVariables {
  readonly hasParameters?: boolean;
  readonly hasAuthorizer?: boolean;
  /** Types of what is below `variables`; absent where there is no such thing. */
  readonly composed?: Readonly<Record<string, CelType>>;
  /** The type of `object` and `oldObject` where it is known; any when absent. */
  readonly object?: CelType;
  /** Objects may be built: `Object{…}`, `JSONPatch{…}`. */
  readonly isMutation?: boolean;
}

/** Compiles an expression of a policy or webhook. Source: `k8s.io/apiserver/pkg/admission/plugin/cel/compile.go`. */
export function compileAdmissionExpression(source: string, declared: AdmissionVariables): Compiled {
  const { hasParameters, hasAuthorizer, composed, isMutation, object = DYN } = declared;
  const variables = {
    object,
    oldObject: object,
    request: REQUEST,
    namespaceObject: NAMESPACE,
    ...(hasParameters === true ? { params: DYN } : {}),
    ...(hasAuthorizer === true ? { authorizer: AUTHORIZER_TYPE } : {}),
    ...(composed === undefined ? {} : { variables: objectOf('kubernetes.variables', composed) }),
  };
  return compileExpression(source, isMutation === true ? { variables, structs: builtType, isMutation } : { variables });
}

/** Types of what a mutation builds: any part of the object by its path, or an operation of a JSON patch. */
function builtType(name: string): CelType | undefined {
  if (name === 'JSONPatch') return JSON_PATCH;
  return name === 'Object' || name.startsWith('Object.') ? { kind: 'object', name } : undefined;
}
