import { fromYaml } from '../kubectl/codec/yaml-read.ts';
import type { Task } from '../kubectl/task.ts';
import type { KubeObject } from '../object.ts';
import { timestamp } from '../sim/time.ts';
import { type Cluster, problemOf } from './cluster.ts';
import { HelmFailure } from './failure.ts';
import type { Release } from './release/release.ts';
import type { Hook, HookEvent } from './render/manifests.ts';
import { waitForEnd, waitForNone } from './waiting.ts';

/**
 * Runs a release's hooks for an event, one after the other by weight and name: each is made, waited for, and deleted as
 * its policies say. Answers the release with what became of them. Source: `helm.sh/helm/v4/pkg/action/hooks.go`.
 */
export function* withHooks(cluster: Cluster, release: Release, event: HookEvent, deadline: number): Task<Release> {
  const chosen = release.hooks
    .filter(({ events }) => events.includes(event))
    .sort((one, other) => (one.weight ?? 0) - (other.weight ?? 0) || (one.name < other.name ? -1 : 1));
  let current = release;
  for (const hook of chosen) {
    const started = timestamp(yield* cluster.session.now());
    const problem = yield* runHook(cluster, release, hook, deadline);
    const phase = problem === '' ? 'Succeeded' : 'Failed';
    const last_run = { started_at: started, completed_at: timestamp(yield* cluster.session.now()), phase };
    current = {
      ...current,
      hooks: current.hooks.map((one) =>
        one.path === hook.path && one.name === hook.name ? { ...one, last_run } : one,
      ),
    };
    if (problem === '') continue;
    yield* removeHook(cluster, release, hook, 'hook-failed', deadline);
    throw new HookFailure(`failed ${event}: ${problem}`, current);
  }
  for (const hook of [...chosen].reverse()) yield* removeHook(cluster, release, hook, 'hook-succeeded', deadline);
  return current;
}

/** A hook that failed, and the release with it. */
export class HookFailure extends HelmFailure {
  readonly release: Release;
  constructor(message: string, release: Release) {
    super(message);
    this.release = release;
  }
}

/** Makes a hook and waits for its end: what went wrong, or nothing. */
function* runHook(cluster: Cluster, release: Release, hook: Hook, deadline: number): Task<string> {
  try {
    yield* removeHook(cluster, release, hook, 'before-hook-creation', deadline);
    const placed = yield* cluster.placed(fromYaml(hook.manifest) as KubeObject, release.namespace);
    yield* cluster.create(placed);
    yield* waitForEnd(cluster, placed, deadline);
    return '';
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return problem;
  }
}

/** Deletes a hook's object when its policy says so; without policies that is before it is made again. */
function* removeHook(cluster: Cluster, release: Release, hook: Hook, policy: string, deadline: number): Task {
  const policies = hook.delete_policies ?? ['before-hook-creation'];
  if (!policies.includes(policy) || hook.kind === 'CustomResourceDefinition') return;
  const placed = yield* cluster.placed(fromYaml(hook.manifest) as KubeObject, release.namespace);
  if ((yield* cluster.remove(placed)) === 'removed') yield* waitForNone(cluster, [placed], deadline);
}
