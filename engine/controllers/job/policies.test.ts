import { describe, expect, it } from 'vitest';
import { testObject, testPod } from '../shared/testing.ts';
import { countCommon, countIndexes, formatIndexes, hasIndex, parseIndexes, withIndexes } from './indexes.ts';
import { matchFailurePolicy, matchSuccessPolicy } from './policies.ts';

describe('indexes', () => {
  it('are written as ranges from three in a row on', () => {
    for (const text of ['0', '0,1', '0-2', '0,2', '1,3-5,7', '0-9,11,13,14'])
      expect(formatIndexes(parseIndexes(text, 20))).toBe(text);
    expect(parseIndexes(undefined, 5)).toEqual([]);
  });

  it('grow together, and end where the Job ends', () => {
    expect(formatIndexes(withIndexes(parseIndexes('0,2,4', 9), [3, 1, 7]))).toBe('0-4,7');
    expect(formatIndexes(parseIndexes('0-9,11', 5))).toBe('0-4');
    const some = parseIndexes('0-4,7', 9);
    expect([countIndexes(some), hasIndex(some, 4), hasIndex(some, 5)]).toEqual([6, true, false]);
    expect(countCommon(some, parseIndexes('3-8', 9))).toBe(3);
  });
});

describe('the pod failure policy', () => {
  const job = (...rules: object[]) =>
    testObject('batch/v1', 'Job', { name: 'web' }, { spec: { podFailurePolicy: { rules } } });
  const failed = (exitCode: number, conditions: object[] = []) =>
    testPod('web-1', undefined, {
      status: {
        phase: 'Failed',
        conditions,
        containerStatuses: [{ name: 'main', state: { terminated: { exitCode } } }],
      },
    });
  const exit = (action: string, operator: string, values: number[], containerName?: string) => ({
    action,
    onExitCodes: { operator, values, ...(containerName === undefined ? {} : { containerName }) },
  });
  const disrupted = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] };

  it('fails the Job with the reason', () => {
    expect(matchFailurePolicy(job(disrupted, exit('FailJob', 'In', [42])), failed(42))).toEqual({
      isCounted: true,
      failJob: 'Container main for pod default/web-1 failed with exit code 42 matching FailJob rule at index 1',
    });
    const condition = { action: 'FailJob', onPodConditions: [{ type: 'ConfigIssue', status: 'True' }] };
    expect(matchFailurePolicy(job(condition), failed(1, [{ type: 'ConfigIssue', status: 'True' }])).failJob).toBe(
      'Pod default/web-1 has condition ConfigIssue matching FailJob rule at index 0',
    );
  });

  it('takes the first rule that applies, and counts what none does', () => {
    const rules = job(disrupted, exit('FailIndex', 'In', [7]), exit('Count', 'NotIn', [1, 2], 'other'));
    expect(matchFailurePolicy(rules, failed(7, [{ type: 'DisruptionTarget', status: 'True' }]))).toEqual({
      isCounted: false,
    });
    expect(matchFailurePolicy(rules, failed(7))).toEqual({ isCounted: true, failsIndex: true });
    expect(matchFailurePolicy(rules, failed(3))).toEqual({ isCounted: true });
    // Exit code 0 never counts as a failure of a container.
    expect(matchFailurePolicy(job(exit('FailJob', 'NotIn', [1])), failed(0))).toEqual({ isCounted: true });
  });
});

it('the success policy counts among the indexes that it names', () => {
  const met = (rule: object, succeeded: string) => {
    const spec = { completions: 10, successPolicy: { rules: [{ succeededCount: 9 }, rule] } };
    const job = testObject('batch/v1', 'Job', { name: 'web' }, { spec });
    return matchSuccessPolicy(job, parseIndexes(succeeded, 10));
  };
  expect(met({ succeededIndexes: '0-2' }, '0,1')).toBeUndefined();
  expect(met({ succeededIndexes: '0-2' }, '0-2')).toBe('Matched rules at index 1');
  expect(met({ succeededIndexes: '0-5', succeededCount: 2 }, '4,5')).toBe('Matched rules at index 1');
  expect(met({ succeededIndexes: '0' }, '1-9')).toBe('Matched rules at index 0');
});
