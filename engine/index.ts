// The public face of the engine: what the window, the lessons and the command line may use.

export { type AccessRecord, accessRecords } from './apiserver/authorization/access-record.ts';
export type { AccessExplanation } from './apiserver/authorization/explanation.ts';
export type { ApiRequest, ApiResponse, Status, UserInfo } from './apiserver/request.ts';
export {
  type AuthoritySeed,
  type CertificateAuthority,
  certificateAuthority,
  clientIdentity,
  type Identity,
  issueIdentity,
} from './certificates/authority.ts';
export { type Certificate, issueFault, parseCertificate } from './certificates/certificate.ts';
export { commonNameOf, organizationsOf } from './certificates/name.ts';
export { createSession, loadSession } from './cluster.ts';
export type { ClusterConfig, ClusterOptions, MachineConfig } from './config.ts';
export type { Json, KubeObject } from './object.ts';
export { type DecisionRecord, decisionRecord } from './scheduler/decision-record.ts';
export type { SchedulingExplanation } from './scheduler/explanation.ts';
export type { AgendaItem } from './sim/agenda.ts';
export type { Moment } from './sim/moment.ts';
export type { ObjectReader } from './sim/object-reader.ts';
export { type Input, type Session, type SessionFile, SessionFileError } from './sim/session.ts';
export type { Task } from './sim/task.ts';
export type { CallRecord, NoteRecord, StepRecord } from './sim/trace.ts';
export type { WatchEvent } from './sim/watch.ts';
