import { describe, expect, it } from 'vitest';
import { createSession, loadSession, type Session } from '../../engine/index.ts';

const HOUR = 3_600_000;
const ADMIN = { name: 'admin', groups: ['system:masters', 'system:authenticated'] };
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1';

let asked = 0;

function get(session: Session, path: string, query?: object): { code: number; body: Record<string, never> } {
  const id = `idle-${++asked}`;
  session.input('world', { kind: 'request', id, request: { method: 'GET', path, user: ADMIN, ...query } as never });
  return session.moment().memory('world').get(`answer/${id}`) as never;
}

function leaseAge(session: Session): number {
  const lease = get(session, LEASE).body as unknown as { spec: { renewTime: string } };
  return session.head.time - Date.parse(lease.spec.renewTime);
}

function isReady(session: Session): boolean {
  const node = session.moment().reader('nodes').get('', 'node-1');
  const ready = node?.status.conditions.find(({ type }: { type: string }) => type === 'Ready');
  return ready.status === 'True';
}

/** A cluster that has been left alone for a day. */
function idle(): Session {
  const session = createSession({ nodes: 1 });
  session.advance(24 * HOUR);
  return session;
}

describe('an idle cluster', () => {
  it('takes hardly a step a day, and is in order afterwards', () => {
    const session = idle();
    const before = session.head.step;
    expect(session.advance(24 * HOUR)).toBeLessThan(100);
    expect(leaseAge(session)).toBeLessThanOrEqual(10_000);
    session.advance(60_000);
    expect(isReady(session)).toBe(true);
    expect(session.trace(before).filter(({ failure }) => failure !== undefined)).toEqual([]);
  });

  it('beats again while somebody looks on', () => {
    const session = idle();
    leaseAge(session);
    const steps = session.head.step;
    session.advance(60_000);
    const beats = session.trace(steps).filter(({ task }) => task.kind === 'heartbeat');
    expect(beats.length).toBeGreaterThanOrEqual(6);
  });

  it('shows every heartbeat to a watch', () => {
    const session = idle();
    get(session, '/apis/coordination.k8s.io/v1/leases', { query: { watch: 'true' } });
    session.advance(HOUR);
    const beats = session
      .trace()
      .filter(({ task, time }) => task.kind === 'heartbeat' && time > session.head.time - HOUR / 2);
    expect(beats.length).toBeGreaterThanOrEqual(179);
  });

  it('notices a silent kubelet after the usual time', () => {
    const session = idle();
    session.input('world', { kind: 'stop', component: 'kubelet/node-1' });
    session.advance(35_000);
    expect(isReady(session)).toBe(true);
    session.advance(20_000);
    expect(isReady(session)).toBe(false);
  });

  it('steps one event at a time', () => {
    const session = idle();
    const kinds = Array.from({ length: 6 }, () => session.step()?.task.kind);
    expect(kinds).not.toContain(undefined);
    expect(session.turnOf('kubelet/node-1')?.task.kind).toBe('heartbeat');
  });

  it('replays to the same state, however time was passed', () => {
    const coarse = createSession({ nodes: 1 });
    const fine = createSession({ nodes: 1 });
    for (const [session, portion] of [
      [coarse, 5 * HOUR],
      [fine, HOUR / 12],
    ] as const) {
      for (let passed = 0; passed < 5 * HOUR; passed += portion) session.advance(portion);
      session.input('world', { kind: 'look' });
      for (let passed = 0; passed < 5 * HOUR; passed += portion) session.advance(portion);
      get(session, LEASE);
    }
    asked = 0;
    expect(fine.head).toEqual(coarse.head);
    expect(loadSession(coarse.save()).digest()).toBe(coarse.digest());
    const fork = fine.fork(fine.head.step - 3);
    fork.advance(HOUR);
    expect(loadSession(fork.save()).digest()).toBe(fork.digest());
  });
});
