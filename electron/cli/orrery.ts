import { createSession, loadSession, SessionFileError } from '../../engine/index.ts';
import { openWorkspace } from '../../engine/protocol/workspace-file.ts';
import { parseArguments, UsageError, wholeNumber } from './arguments.ts';
import { benchDeploy, benchTime } from './bench.ts';
import { benchCreate, benchList, benchWatch } from './bench-api.ts';
import { benchComplete } from './bench-complete.ts';
import { benchWorkloads } from './bench-workloads.ts';
import { CaseFileError, parseCaseFile } from './case-file.ts';
import { FileError, fileText } from './file-text.ts';
import { serveCluster } from './serve.ts';
import { BARE, transcriptOf, WARM_UP } from './transcript.ts';

const USAGE = `Usage: npm run -s orrery -- COMMAND

  run FILE.case [--nodes N] [--seed S]      type the file's commands into a fresh headless cluster and print the transcript
  replay SESSION                            replay a saved session (the branch last shown) and print the digest of its final state
  serve [--nodes N] [--port P] [--kubeconfig FILE] [--speed N|max] [--seed S] [--session FILE] [--notices true]
                                            offer a cluster to kubectl, Helm and other clients on this machine; --session
                                            keeps it in a file; flags of kube-apiserver are taken where they are simulated
  bench deploy [--nodes N] [--pods P] [--seed S]
                                            measure a deployment until all its pods are Ready; prints one JSON line
  bench time [--steps N]                    measure stepping, looking back and forking in a small cluster
  bench workloads [--seed S]                measure a StatefulSet, a DaemonSet on 100 nodes, a Job of 500 completions and a
                                            CronJob over 30 virtual days
  bench complete [--objects N]              measure the completion of command lines among so many objects
  bench list [--pods N] | create [--pods N] | watch [--watchers N] [--writes N]
                                            measure the API: lists of 1,000 and 10,000 pods and what a pod takes in memory,
                                            creation, telling 100 watchers
`;

type Command = (argv: readonly string[]) => Promise<string> | string;

const COMMANDS: Readonly<Record<string, Command>> = { run: runCase, replay, bench, serve: serveCluster };

function runCase(argv: readonly string[]): string {
  const { positional, flags } = parseArguments(argv, ['nodes', 'seed']);
  const [path] = positional;
  if (path === undefined || positional.length > 1) throw new UsageError('run takes one FILE.case');
  const file = parseCaseFile(fileText(path));
  const session = createSession({
    ...BARE,
    nodes: wholeNumber(flags, 'nodes', 1),
    seed: wholeNumber(flags, 'seed', 1),
  });
  session.advance(WARM_UP);
  return transcriptOf(session, file);
}

function replay(argv: readonly string[]): string {
  const { positional } = parseArguments(argv, []);
  const [path] = positional;
  if (path === undefined || positional.length > 1) throw new UsageError('replay takes one SESSION file');
  return `${openWorkspace(fileText(path), loadSession).workspace.session.digest()}\n`;
}

/** Arguments of a benchmark: flags and nothing else. */
function parseFlags(argv: readonly string[], known: readonly string[]) {
  const { positional, flags } = parseArguments(argv, known);
  if (positional.length > 0) throw new UsageError(`"${positional.join(' ')}" is one word too many`);
  return { flags };
}

/** What each benchmark takes and does. */
const BENCHMARKS: Readonly<Record<string, (argv: readonly string[]) => object>> = {
  deploy: (argv) => {
    const { flags } = parseFlags(argv, ['nodes', 'pods', 'seed']);
    return benchDeploy({
      nodes: wholeNumber(flags, 'nodes', 100, 1),
      pods: wholeNumber(flags, 'pods', 1000, 1),
      seed: wholeNumber(flags, 'seed', 1),
    });
  },
  time: (argv) => benchTime(wholeNumber(parseFlags(argv, ['steps']).flags, 'steps', 10_000, 1)),
  workloads: (argv) => benchWorkloads(wholeNumber(parseFlags(argv, ['seed']).flags, 'seed', 1)),
  list: (argv) => {
    const { flags } = parseFlags(argv, ['pods']);
    return benchList(flags.has('pods') ? [wholeNumber(flags, 'pods', 1000, 1)] : [1000, 10_000]);
  },
  complete: (argv) => benchComplete(wholeNumber(parseFlags(argv, ['objects']).flags, 'objects', 5000, 1)),
  create: (argv) => benchCreate(wholeNumber(parseFlags(argv, ['pods']).flags, 'pods', 2000, 1)),
  watch: (argv) => {
    const { flags } = parseFlags(argv, ['watchers', 'writes']);
    return benchWatch(wholeNumber(flags, 'watchers', 100, 1), wholeNumber(flags, 'writes', 300, 1));
  },
};

function bench(argv: readonly string[]): string {
  const [what = '', ...rest] = argv;
  const benchmark = BENCHMARKS[what];
  if (!benchmark) throw new UsageError(`bench takes the name of a benchmark: ${Object.keys(BENCHMARKS).join(', ')}`);
  return `${JSON.stringify(benchmark(rest))}\n`;
}

/** Runs the `orrery` command line and answers its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || argv.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const command = COMMANDS[name];
  try {
    if (!command) throw new UsageError(`unknown command "${name}"`);
    process.stdout.write(await command(rest));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) process.stderr.write(`orrery: ${error.message}\n\n${USAGE}`);
    else if (
      error instanceof CaseFileError ||
      error instanceof SessionFileError ||
      error instanceof FileError ||
      isFileError(error)
    ) {
      process.stderr.write(`orrery: ${error.message}\n`);
    } else throw error;
    return 2;
  }
}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('E');
}
