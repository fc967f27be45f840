import { controllerUser, nodeUser, programUser } from '../../client/identities.ts';
import type { Moment } from '../../sim/moment.ts';
import type { StepRecord } from '../../sim/trace.ts';
import type { ApiRequest, UserInfo } from '../request.ts';
import { authorizerChain } from './access.ts';
import type { Attributes } from './attributes.ts';
import { type AccessExplanation, explainAccess } from './explanation.ts';
import type { AuthorizationFlags } from './modes.ts';
import { pathAttributes } from './request-attributes.ts';
import { VISITOR_CELL } from './visitor.ts';

/** What is needed of a session to look back at what was allowed. */
export interface AccessHistory {
  trace(from?: number, to?: number): readonly StepRecord[];
  moment(step?: number): Moment;
}

/** A request to the API server found in history, and what it wanted. */
export interface AccessRequest {
  readonly step: number;
  /** `kubelet/node-1`, `workstation`. */
  readonly from: string;
  /** `PATCH /api/v1/namespaces/default/pods/web/status`. */
  readonly request: string;
  readonly attributes: Attributes;
}

/** One request to the API server found in history, and why it was allowed or not. */
export interface AccessRecord extends Omit<AccessRequest, 'attributes'> {
  readonly explanation: AccessExplanation;
}

const SERVER = 'kube-apiserver';

/** Every request of a step, with its decision recomputed from the objects of that moment. */
export function accessRecords(history: AccessHistory, step: number): readonly AccessRecord[] {
  const [record] = history.trace(step, step);
  return record === undefined ? [] : accessRequests(history, record).map((request) => accessRecord(history, request));
}

/** The decision about a request, recomputed from the objects of its moment. */
export function accessRecord(history: AccessHistory, { attributes, ...request }: AccessRequest): AccessRecord {
  const before = history.moment(request.step - 1);
  const { authorization } = before.memory('world').get<{ authorization?: AuthorizationFlags }>('config') ?? {};
  const chain = authorizerChain(authorization ?? {});
  return { ...request, explanation: explainAccess((resource) => before.reader(resource), chain, attributes) };
}

/** What was asked of the API server in a step, and by whom, as far as it came to a decision. */
export function accessRequests(history: AccessHistory, { step, calls }: StepRecord): readonly AccessRequest[] {
  return calls.flatMap(({ from, to, summary }) => {
    const attributes = to === SERVER ? attributesOf(history, step, from, summary) : undefined;
    return attributes === undefined ? [] : [{ step, from, request: summary, attributes }];
  });
}

/** Components are known by their name; who came from outside has been remembered. */
function attributesOf(history: AccessHistory, step: number, from: string, summary: string): Attributes | undefined {
  const space = summary.indexOf(' ');
  const [method, path] = [summary.slice(0, space), summary.slice(space + 1)];
  if (space < 0 || !path.startsWith('/')) return undefined;
  const user = componentUser(from);
  if (user !== undefined) return pathAttributes({ method: method as ApiRequest['method'], path }, user);
  const visitor = visitorAt(history, step);
  // Whoever is not known to the server is sent away before anything is decided.
  return visitor === visitorAt(history, step - 1) ? undefined : visitor;
}

function visitorAt(history: AccessHistory, step: number): Attributes | undefined {
  return history.moment(step).memory(SERVER).get<Attributes>(VISITOR_CELL);
}

function componentUser(component: string): UserInfo | undefined {
  const slash = component.indexOf('/');
  const instance = component.slice(slash + 1);
  switch (slash < 0 ? component : component.slice(0, slash)) {
    case 'kube-controller-manager':
      return controllerUser(instance);
    case 'kubelet':
      return nodeUser(instance);
    case 'kube-scheduler':
      return programUser(component);
  }
  return undefined;
}
