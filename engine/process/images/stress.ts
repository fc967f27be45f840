import type { Invocation, Program, StepProgram, StepResult, Syscall } from '../program.ts';
import { binary, type Image, image } from './image.ts';

const MEBIBYTE = 2 ** 20;

/** What a program of this file does until it is ended. */
interface Load {
  /** Bytes it holds at once. */
  readonly bytes: number;
  /** Bytes it takes more each second. */
  readonly growth: number;
  /** Cores it would like to keep busy. */
  readonly cores: number;
  readonly greeting: string;
}

interface LoadState {
  readonly stage: 'greet' | 'take' | 'work';
  readonly bytes: number;
}

type Step = StepResult<LoadState>;

/** How long it computes, or sleeps, before it looks around again. */
const ROUND = 1000;

function consumer(loadOf: (invocation: Invocation) => Load): Program {
  const program: StepProgram<LoadState> = {
    catches: ['TERM', 'INT'],
    start: () => ({ stage: 'greet', bytes: 0 }),
    step(state, { signals }, invocation): Step {
      if (signals.length > 0) return { state, exit: 0 };
      const load = loadOf(invocation);
      if (state.stage === 'greet')
        return { state: { stage: 'take', bytes: load.bytes }, call: { call: 'write', fd: 1, text: load.greeting } };
      if (state.stage === 'take')
        return { state: { ...state, stage: 'work' }, call: { call: 'memory', bytes: state.bytes } };
      return {
        state: { stage: load.growth > 0 ? 'take' : 'work', bytes: state.bytes + load.growth },
        call: work(load),
      };
    },
  };
  return { steps: program as unknown as StepProgram<never> };
}

function work({ cores, growth }: Load): Syscall {
  if (cores > 0) return { call: 'compute', milliseconds: ROUND, cores };
  return growth > 0 ? { call: 'sleep', milliseconds: ROUND } : { call: 'sleep' };
}

const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  K: 1024,
  M: MEBIBYTE,
  G: 1024 * MEBIBYTE,
  Mi: MEBIBYTE,
  Gi: 1024 * MEBIBYTE,
};

function bytesOf(text: string | undefined, otherwise: number): number {
  const match = /^(\d+)([A-Za-z]*)$/.exec(text ?? '');
  return match ? Number(match[1]) * (UNITS[match[2] as string] ?? 1) : otherwise;
}

function option(argv: readonly string[], ...names: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : argv[at + 1];
}

/** `stress --vm 1 --vm-bytes 250M --vm-hang 1 --cpu 2`. */
function stressLoad({ argv }: Invocation): Load {
  const vms = Number(option(argv, '--vm', '-m') ?? 0);
  const cores = Number(option(argv, '--cpu', '-c') ?? 0);
  const pid = '[1]';
  return {
    bytes: vms * bytesOf(option(argv, '--vm-bytes'), 256 * MEBIBYTE),
    growth: 0,
    cores,
    greeting: `stress: info: ${pid} dispatching hogs: ${cores} cpu, 0 io, ${vms} vm, 0 hdd\n`,
  };
}

/** `-cpus 2`, `-mem-total 100Mi`: the other program of this name. */
function vishLoad({ argv }: Invocation): Load {
  const bytes = bytesOf(option(argv, '-mem-total'), 0);
  const cores = Number(option(argv, '-cpus') ?? 0);
  return {
    bytes,
    growth: 0,
    cores,
    greeting: `Allocating "${option(argv, '-mem-total') ?? 0}" memory, in chunks, with a 0s sleep between allocations\nSpawning a thread to consume CPU\n`,
  };
}

function leakLoad({ environment }: Invocation): Load {
  const growth = Number(environment.MEGABYTES ?? 10) * 1_000_000;
  return { bytes: growth, growth, cores: 0, greeting: `leak: ${growth / 1_000_000} megabytes more each second\n` };
}

export const stressPrograms: Readonly<Record<string, Program>> = {
  stress: consumer(stressLoad),
  'vish-stress': consumer(vishLoad),
  leak: consumer(leakLoad),
};

/**
 * Images that use memory and processors.
 *
 * - `orrery/leak:1` takes `$MEGABYTES` (10) of memory more each second until something ends it.
 * - `polinux/stress` and `vish/stress` do what they are told, as in the tasks of the Kubernetes documentation.
 */
export const stressImages: readonly Image[] = [
  image('docker.io/orrery/leak', ['1'], 3, { command: ['/leak'], files: { '/leak': binary('leak') } }),
  image('docker.io/polinux/stress', ['latest', '1.0.4'], 4, {
    command: ['stress'],
    files: { '/usr/local/bin/stress': binary('stress') },
  }),
  image('docker.io/vish/stress', ['latest'], 2, {
    entrypoint: ['/stress'],
    command: [],
    files: { '/stress': binary('vish-stress') },
  }),
];
