import { toYaml } from '../codec/yaml-write.ts';
import type { Command } from '../command.ts';
import { failure } from '../failure.ts';
import { join } from '../files.ts';
import { buildKustomization } from '../kustomize/build.ts';
import type { Session } from '../session.ts';
import type { Task } from '../task.ts';

export const kustomize: Command = {
  name: 'kustomize',
  short: 'Build a kustomization target from a directory or URL',
  usage: 'DIR',
  examples: ['kubectl kustomize overlays/production'],
  flags: [
    { name: 'output', shorthand: 'o', type: 'string', usage: 'File to write to' },
    { name: 'load-restrictor', type: 'string', default: 'LoadRestrictionsRootOnly', usage: 'Which files may be read' },
    { name: 'as-current-user', type: 'boolean', usage: 'For functions; there are none' },
    { name: 'enable-alpha-plugins', type: 'boolean', usage: 'There are no plugins' },
    { name: 'enable-helm', type: 'boolean', usage: 'Charts are not simulated' },
    { name: 'env', shorthand: 'e', type: 'array', usage: 'For functions; there are none' },
    { name: 'mount', type: 'array', usage: 'For functions; there are none' },
    { name: 'network', type: 'boolean', usage: 'For functions; there are none' },
    { name: 'network-name', type: 'string', default: 'bridge', usage: 'For functions; there are none' },
    { name: 'helm-command', type: 'string', default: 'helm', usage: 'Charts are not simulated' },
  ],
  *run(session: Session): Task {
    const { args, flags, invocation } = session;
    if (args.length > 1) throw failure('specify one path to kustomization.yaml');
    const folder = join(invocation.directory, args[0] ?? '.').replace(/\/\.?$/, '');
    const objects = yield* buildKustomization(folder);
    const text = objects.map((object) => toYaml(object)).join('---\n');
    const target = flags.string('output');
    if (!target) return yield* session.print(text);
    yield { call: 'writeFile', path: join(invocation.directory, target), text };
  },
};
