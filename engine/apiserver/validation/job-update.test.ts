import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../object.ts';
import { validateJobUpdate } from './job-update.ts';

const SUSPENDED = { conditions: [{ type: 'Suspended', status: 'True' }] };

function job(spec: object, podSpec: object = {}, status: object = {}): KubeObject {
  const containers = [{ name: 'c', image: 'busybox:1.36', resources: {} }];
  const template = { metadata: { labels: { app: 'x' } }, spec: { restartPolicy: 'Never', containers, ...podSpec } };
  return { metadata: { name: 'j', uid: 'u' }, spec: { template, ...spec }, status } as unknown as KubeObject;
}

function errors(next: KubeObject, previous: KubeObject): string[] {
  return validateJobUpdate(next, previous).map(
    ({ field, message }) => `${field}: ${message.slice(message.lastIndexOf(': ') + 2)}`,
  );
}

describe('an update of a Job', () => {
  it('changes completions of an indexed one together with its parallelism', () => {
    const indexed = (completions: number, parallelism: number) =>
      job({ completions, parallelism, completionMode: 'Indexed' });
    expect(errors(indexed(3, 3), indexed(2, 2))).toEqual([]);
    expect(errors(indexed(3, 2), indexed(2, 2))).toEqual([
      'spec.completions: can only be modified in tandem with spec.parallelism',
    ]);
    expect(errors(job({ completions: 3, parallelism: 3 }), job({ completions: 2, parallelism: 2 }))).toEqual([
      'spec.completions: field is immutable',
    ]);
  });

  it('changes resources and directions for the scheduler while it is suspended and has no pods', () => {
    const resources = { containers: [{ name: 'c', image: 'busybox:1.36', resources: { limits: { cpu: '1' } } }] };
    const elsewhere = { nodeSelector: { disk: 'ssd' }, affinity: { nodeAffinity: {} } };
    for (const change of [resources, elsewhere]) {
      const changed = (suspend: boolean, status: object) =>
        errors(job({ suspend }, change), job({ suspend }, {}, status));
      expect(changed(true, {})).toEqual([]);
      expect(changed(true, { ...SUSPENDED, startTime: '2026-01-01T00:00:00Z' })).toEqual([]);
      expect(changed(true, { startTime: '2026-01-01T00:00:00Z' })).toEqual(['spec.template: field is immutable']);
      expect(changed(true, { ...SUSPENDED, active: 1 })).toEqual(['spec.template: field is immutable']);
      expect(changed(false, {})).toEqual(['spec.template: field is immutable']);
    }
    const image = { containers: [{ name: 'c', image: 'busybox:1.37', resources: {} }] };
    expect(errors(job({ suspend: true }, image), job({ suspend: true }))).toEqual([
      'spec.template.spec: field is immutable',
    ]);
  });
});
