import type { Command } from './command.ts';
import type { Flag } from './flags.ts';
import type { Found } from './found-command.ts';

/** Groups of commands on the first page. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['Basic Commands (Beginner):', ['create', 'expose', 'run', 'set']],
  ['Basic Commands (Intermediate):', ['explain', 'get', 'edit', 'delete']],
  ['Deploy Commands:', ['rollout', 'scale', 'autoscale']],
  ['Cluster Management Commands:', ['certificate', 'cluster-info', 'top', 'cordon', 'uncordon', 'drain', 'taint']],
  [
    'Troubleshooting and Debugging Commands:',
    ['describe', 'logs', 'attach', 'exec', 'port-forward', 'proxy', 'cp', 'auth', 'debug', 'events'],
  ],
  ['Advanced Commands:', ['diff', 'apply', 'patch', 'replace', 'wait', 'kustomize']],
  ['Settings Commands:', ['label', 'annotate', 'completion']],
];

/** Plugins are not looked for: there may be many in a PATH. */
const PLUGINS = ['Subcommands provided by plugins:', []] as const;

/** Commands that the first page leaves out. */
const UNLISTED = ['alpha', 'options'];

const FOOTER = 'Use "kubectl options" for a list of global command-line options (applies to all commands).\n';

/** The page that `--help` prints. */
export function helpText(root: Command, found: Found): string {
  return found.command === root ? `${root.long ?? root.short}\n\n${rootUsage(root)}` : commandHelp(found);
}

/** The first page without the words about kubectl itself. */
export function rootUsage(root: Command): string {
  const commands = root.subcommands ?? [];
  const width = Math.max(...commands.map((command) => command.name.length)) + 2;
  const grouped = new Set(GROUPS.flatMap(([, names]) => names));
  const others = commands
    .filter(({ name, hidden }) => !grouped.has(name) && !hidden && !UNLISTED.includes(name))
    .map(({ name }) => name);
  const sections = [...GROUPS, PLUGINS, ['Other Commands:', others] as const].map(([title, names]) => {
    const members = names.flatMap((name) => commands.filter((command) => command.name === name));
    return `${title}\n${members.map((command) => `  ${command.name.padEnd(width)}${command.short}\n`).join('')}\n`;
  });
  return `${sections.join('')}Usage:\n  kubectl [flags] [options]\n\nUse "kubectl <command> --help" for more information about a given command.\n${FOOTER}`;
}

function commandHelp({ command, path }: Found): string {
  const parts = [command.long ?? `${command.short}.`];
  if (command.aliases?.length) parts.push(`Aliases:\n${[command.name, ...command.aliases].join(', ')}`);
  if (command.examples) parts.push(`Examples:\n${command.examples.map((line) => `  ${line}`).join('\n')}`);
  if (command.subcommands) parts.push(subcommandList(command.subcommands));
  if (command.flags?.length)
    parts.push(
      `Options:\n${command.flags
        .filter((flag) => !flag.hidden)
        .map(flagHelp)
        .join('\n')}`,
    );
  const usage = command.usage ?? (command.subcommands ? '[flags]' : '');
  parts.push(`Usage:\n  ${path}${usage ? ` ${usage}` : ''} [options]`);
  const more = command.subcommands
    ? `Use "${path} <command> --help" for more information about a given command.\n`
    : '';
  return `${parts.join('\n\n')}\n\n${more}${FOOTER}`;
}

function subcommandList(commands: readonly Command[]): string {
  const width = Math.max(11, ...commands.map((command) => command.name.length)) + 3;
  const listed = [...commands].sort((one, other) => (one.name < other.name ? -1 : 1));
  return `Available Commands:\n${listed.map((command) => `  ${command.name.padEnd(width)}${command.short}`).join('\n')}`;
}

/** One flag with its default, as pflag lists it. */
export function flagHelp(flag: Flag): string {
  const short = flag.shorthand ? `-${flag.shorthand}, ` : '    ';
  const standard =
    flag.type === 'string' || flag.type === 'duration'
      ? `'${flag.default ?? ''}'`
      : ['slice', 'array', 'pairs'].includes(flag.type)
        ? `[${flag.default ?? ''}]`
        : (flag.default ?? (flag.type === 'boolean' ? 'false' : '0'));
  return `    ${short}--${flag.name}=${standard}:\n\t${flag.usage}`;
}
