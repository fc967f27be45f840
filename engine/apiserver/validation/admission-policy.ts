import type { KubeObject } from '../../object.ts';
import { isEqual } from '../equality.ts';
import type { Fields } from '../kinds/fields.ts';
import {
  FAILURE_POLICIES,
  validateMatchConditions,
  validateMatchResources,
  validateParameterKind,
} from './admission-rules.ts';
import { type ExpressionVariables, expressionErrors, expressionType, isIdentifier } from './expressions.ts';
import { duplicate, type ErrorList, forbidden, invalid, notSupported, required } from './field.ts';
import { qualifiedName } from './names.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];
const REINVOCATION = ['IfNeeded', 'Never'];
const MOST_ANNOTATIONS = 20;
const LONGEST_ANNOTATION = 5 * 1024;
const NOTHING_TO_DO = 'validations or auditAnnotations must contain at least one item';

/** A policy that validates requests. Source: `pkg/apis/admissionregistration/validation`. */
export function validateValidatingPolicy({ metadata, spec }: KubeObject, previous?: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const variables = validateCommon(spec, previous?.spec, errors);
  const validations: readonly Fields[] = spec.validations ?? [];
  const annotations: readonly Fields[] = spec.auditAnnotations ?? [];
  if (validations.length === 0 && annotations.length === 0) {
    errors.push(required('spec.validations', NOTHING_TO_DO), required('spec.auditAnnotations', NOTHING_TO_DO));
    return errors;
  }
  validations.forEach((validation, index) => {
    validateValidation(validation, `spec.validations[${index}]`, variables, errors);
  });
  if (annotations.length > MOST_ANNOTATIONS) {
    const text = `must not have more than ${MOST_ANNOTATIONS} auditAnnotations`;
    errors.push(invalid('spec.auditAnnotations', annotations, text));
  }
  annotations.forEach((annotation, index) => {
    const path = `spec.auditAnnotations[${index}]`;
    validateAnnotation(annotation, path, metadata.name, variables, errors);
    if (annotations.findIndex(({ key }) => key === annotation.key) < index)
      errors.push(duplicate(`${path}.key`, annotation.key));
  });
  return errors;
}

/** A policy that changes objects. */
export function validateMutatingPolicy({ spec }: KubeObject, previous?: KubeObject): ErrorList {
  const errors: ErrorList = [];
  const variables = validateCommon(spec, previous?.spec, errors);
  const mutations: readonly Fields[] = spec.mutations ?? [];
  if (mutations.length === 0) errors.push(required('spec.mutations', 'mutations must contain at least one item'));
  mutations.forEach((mutation, index) => {
    validateMutation(mutation, `spec.mutations[${index}]`, variables, errors);
  });
  if (!spec.reinvocationPolicy) errors.push(required('spec.reinvocationPolicy'));
  else if (!REINVOCATION.includes(spec.reinvocationPolicy))
    errors.push(notSupported('spec.reinvocationPolicy', spec.reinvocationPolicy, REINVOCATION));
  return errors;
}

/** What both sorts of policies have; says what their expressions may use. */
function validateCommon(spec: Fields, previous: Fields | undefined, errors: ErrorList): ExpressionVariables {
  if (!FAILURE_POLICIES.includes(spec.failurePolicy))
    errors.push(notSupported('spec.failurePolicy', spec.failurePolicy, FAILURE_POLICIES));
  const { paramKind, matchConstraints: match } = spec;
  const hasParameters = paramKind !== undefined;
  if (hasParameters) validateParameterKind(paramKind, 'spec.paramKind', errors);
  if (match === undefined) errors.push(required('spec.matchConstraints'));
  else {
    validateMatchResources(match, 'spec.matchConstraints', errors);
    if ((match.resourceRules?.length ?? 0) === 0) errors.push(required('spec.matchConstraints.resourceRules'));
  }
  const isUnchanged =
    previous !== undefined &&
    isEqual(previous.paramKind, paramKind) &&
    isEqual(previous.matchConditions, spec.matchConditions);
  if (!isUnchanged) validateMatchConditions(spec.matchConditions ?? [], 'spec.matchConditions', hasParameters, errors);
  let variables: ExpressionVariables = { hasParameters, hasAuthorizer: true, composed: {} };
  ((spec.variables ?? []) as readonly Fields[]).forEach(({ name = '', expression = '' }, index) => {
    const path = `spec.variables[${index}]`;
    if (name.trim() === '') errors.push(required(`${path}.name`, 'name is not specified'));
    else if (!isIdentifier(name)) errors.push(invalid(`${path}.name`, name, 'name is not a valid CEL identifier'));
    if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'));
    else errors.push(...expressionErrors(expression, `${path}.expression`, variables));
    const composed = { ...variables.composed, [name]: expressionType(expression, variables) };
    variables = { ...variables, composed };
  });
  return variables;
}

function validateValidation(validation: Fields, path: string, variables: ExpressionVariables, errors: ErrorList): void {
  const { expression = '', message = '', messageExpression = '', reason } = validation;
  if (expression.trim() === '') errors.push(required(`${path}.expression`, 'expression is not specified'));
  else errors.push(...expressionErrors(expression, `${path}.expression`, variables, 'bool'));
  if (messageExpression !== '') {
    const at = `${path}.messageExpression`;
    if (messageExpression.trim() === '') errors.push(invalid(at, messageExpression, 'must be non-empty if specified'));
    else errors.push(...expressionErrors(messageExpression, at, { ...variables, hasAuthorizer: false }, 'string'));
  }
  if (message !== '' && message.trim() === '')
    errors.push(invalid(`${path}.message`, message, 'message must be non-empty if specified'));
  else if (/[\n\r]/.test(message.trim()))
    errors.push(invalid(`${path}.message`, message, 'message must not contain line breaks'));
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${path}.reason`, reason, REASONS));
}

function validateAnnotation(
  { key = '', valueExpression = '' }: Fields,
  path: string,
  policy: string,
  variables: ExpressionVariables,
  errors: ErrorList,
): void {
  if (policy === '') errors.push(invalid(`${path}.key`, key, 'requires metadata.name be non-empty'));
  else {
    const name = `${policy}/${key}`;
    for (const text of qualifiedName(name)) errors.push(invalid(`${path}.key`, name, text));
  }
  const at = `${path}.valueExpression`;
  const expression = valueExpression.trim();
  if (expression === '') errors.push(required(at, 'valueExpression is not specified'));
  else if (expression.length > LONGEST_ANNOTATION)
    errors.push(required(at, `must not exceed ${LONGEST_ANNOTATION} bytes in length`));
  else errors.push(...expressionErrors(expression, at, variables, 'string or null'));
}

function validateMutation(mutation: Fields, path: string, variables: ExpressionVariables, errors: ErrorList): void {
  const { patchType, applyConfiguration, jsonPatch } = mutation;
  if (!PATCH_TYPES.includes(patchType)) {
    errors.push(notSupported(`${path}.patchType`, patchType ?? '', PATCH_TYPES));
    return;
  }
  const isApply = patchType === 'ApplyConfiguration';
  const [field, other] = isApply ? ['applyConfiguration', 'jsonPatch'] : ['jsonPatch', 'applyConfiguration'];
  const wanted = isApply ? applyConfiguration : jsonPatch;
  if (mutation[other as string] !== undefined)
    errors.push(forbidden(`${path}.${other}`, `must not specify ${other} when patchType is ${patchType}`));
  const expression: string = wanted?.expression ?? '';
  if (wanted === undefined)
    errors.push(required(`${path}.${field}`, `must be specified when patchType is ${patchType}`));
  else if (expression.trim() === '')
    errors.push(required(`${path}.${field}.expression`, 'expression is not specified'));
  else errors.push(...expressionErrors(expression, `${path}.${field}.expression`, { ...variables, isMutation: true }));
}
