import { canonicalQuantity, QUANTITY_FORMAT_ERROR } from '../../apiserver/schema/quantity.ts';
import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import { selectorSpec } from '../generate/label-selector.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';
import { CREATE_FLAGS, createGenerated, metadata, nameArgument } from './create.ts';

function hardLimits(text: string): Record<string, string> {
  const limits: Record<string, string> = {};
  for (const statement of text === '' ? [] : text.split(',')) {
    const [name = '', value, ...rest] = statement.split('=');
    if (value === undefined || rest.length > 0) {
      throw failure(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    }
    const quantity = canonicalQuantity(value);
    if (quantity === undefined) throw failure(QUANTITY_FORMAT_ERROR);
    limits[name] = quantity;
  }
  return limits;
}

function scopes(text: string): string[] {
  const list = text === '' ? [] : text.split(',');
  if (list.includes('')) throw failure('invalid resource quota scope ""');
  return list;
}

export const createQuota: Command = {
  name: 'quota',
  aliases: ['resourcequota'],
  short: 'Create a quota with the specified name',
  usage: 'NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  examples: ['kubectl create quota small --hard=cpu=1,memory=1Gi,pods=2'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'hard', type: 'string', usage: 'Limits: resource=quantity,…' },
    { name: 'scopes', type: 'string', usage: 'Scopes that an object must all match to be counted' },
  ],
  *run(session: Session): Task {
    const name = nameArgument(session);
    const hard = hardLimits(session.flags.string('hard'));
    const scoped = scopes(session.flags.string('scopes'));
    const spec = {
      ...(Object.keys(hard).length > 0 ? { hard } : {}),
      ...(scoped.length > 0 ? { scopes: scoped } : {}),
    };
    const head = yield* metadata(session, name);
    yield* createGenerated(
      session,
      { kind: 'ResourceQuota', apiVersion: 'v1', metadata: head, spec, status: {} },
      'quota',
    );
  },
};

/** `50%` stays text, `2` becomes a number. */
function intOrString(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text;
}

export const createPodDisruptionBudget: Command = {
  name: 'poddisruptionbudget',
  aliases: ['pdb'],
  short: 'Create a pod disruption budget with the specified name',
  usage: 'NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  examples: ['kubectl create pdb web --selector=app=web --min-available=50%'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'min-available', type: 'string', usage: 'How many pods, or what share of them, must stay available' },
    { name: 'max-unavailable', type: 'string', usage: 'How many pods, or what share of them, may be unavailable' },
    { name: 'selector', type: 'string', usage: 'Labels of the pods' },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    const name = nameArgument(session);
    const [least, most] = [flags.string('min-available'), flags.string('max-unavailable')];
    if (!flags.string('selector')) throw failure('a selector must be specified');
    if (!least && !most) throw failure('one of min-available or max-unavailable must be specified');
    if (least && most) throw failure('min-available and max-unavailable cannot be both specified');
    if (least && !/^[0-9]+%?$/.test(least)) throw failure('invalid format specified for min-available');
    if (most && !/^[0-9]+%?$/.test(most)) throw failure('invalid format specified for max-unavailable');
    const selector = selectorSpec(flags.string('selector'));
    const spec = {
      ...(least ? { minAvailable: intOrString(least) } : {}),
      selector,
      ...(most ? { maxUnavailable: intOrString(most) } : {}),
    };
    yield* createGenerated(
      session,
      {
        kind: 'PodDisruptionBudget',
        apiVersion: 'policy/v1',
        metadata: yield* metadata(session, name),
        spec,
        status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
      },
      'poddisruptionbudgets',
    );
  },
};

export const createPriorityClass: Command = {
  name: 'priorityclass',
  aliases: ['pc'],
  short: 'Create a priority class with the specified name',
  usage: 'NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  examples: ['kubectl create priorityclass high --value=1000 --description="before others"'],
  flags: [
    ...CREATE_FLAGS,
    { name: 'value', type: 'int', default: '0', usage: 'The priority' },
    { name: 'global-default', type: 'boolean', usage: 'Take it for pods that name no class' },
    { name: 'description', type: 'string', usage: 'When to use this class' },
    {
      name: 'preemption-policy',
      type: 'string',
      default: 'PreemptLowerPriority',
      usage: 'PreemptLowerPriority or Never',
    },
  ],
  *run(session: Session): Task {
    const { flags } = session;
    const name = nameArgument(session);
    const object = {
      kind: 'PriorityClass',
      apiVersion: 'scheduling.k8s.io/v1',
      metadata: { name },
      value: flags.int('value'),
      ...(flags.boolean('global-default') ? { globalDefault: true } : {}),
      ...(flags.string('description') ? { description: flags.string('description') } : {}),
      preemptionPolicy: flags.string('preemption-policy'),
    };
    yield* createGenerated(session, object as never, 'priorityclass');
  },
};
