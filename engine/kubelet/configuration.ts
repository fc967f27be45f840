import { parseDuration } from '../go-duration.ts';
import { fromYaml } from '../kubectl/codec/yaml-read.ts';
import { quantityValue, wholeValue } from '../quantity.ts';
import type { Turn } from '../sim/turn.ts';
import { cri } from './pod.ts';

/** Where a kubelet finds its configuration: `--config` as kubeadm sets it. Whoever changes the file restarts the kubelet. */
const FOLDER = '/var/lib/kubelet';
const PATH = `${FOLDER}/config.yaml`;

/** What may run short on a node, by the name that thresholds have for it. */
export const SIGNALS = ['memory.available', 'nodefs.available', 'imagefs.available', 'pid.available'] as const;
export type Signal = (typeof SIGNALS)[number];

/** How long pods of a priority and above (up to the next entry) are given when the node is shut down. */
export interface ShutdownGracePeriod {
  readonly priority: number;
  readonly shutdownGracePeriodSeconds: number;
}

/**
 * The fields of KubeletConfiguration (`kubelet.config.k8s.io/v1beta1`) that are simulated; times in milliseconds. Source
 * of the defaults: `pkg/kubelet/apis/config/v1beta1/defaults.go`.
 */
export interface KubeletConfiguration {
  readonly maxPods: number;
  /** Processes that a pod may have; -1: any number. */
  readonly podPidsLimit: number;
  /** Bytes that a log file may have before it is rotated. */
  readonly containerLogMaxSize: number;
  readonly evictionHard: Readonly<Partial<Record<Signal, string>>>;
  readonly evictionSoft: Readonly<Partial<Record<Signal, string>>>;
  readonly evictionSoftGracePeriod: Readonly<Partial<Record<Signal, number>>>;
  readonly evictionMaxPodGracePeriod: number;
  readonly evictionPressureTransitionPeriod: number;
  readonly imageMinimumGCAge: number;
  /** 0: images are not removed for their age. */
  readonly imageMaximumGCAge: number;
  readonly imageGCHighThresholdPercent: number;
  readonly imageGCLowThresholdPercent: number;
  /** 0: a shutdown of the node is not waited for. */
  readonly shutdownGracePeriod: number;
  readonly shutdownGracePeriodCriticalPods: number;
  readonly shutdownGracePeriodByPodPriority: readonly ShutdownGracePeriod[];
}

const EVICTION_HARD: KubeletConfiguration['evictionHard'] = {
  'memory.available': '100Mi',
  'nodefs.available': '10%',
  'imagefs.available': '15%',
};

/** `podPidsLimit` that is none. */
const UNLIMITED = -1;

const DEFAULTS: KubeletConfiguration = {
  maxPods: 110,
  podPidsLimit: UNLIMITED,
  containerLogMaxSize: 10 * 2 ** 20,
  evictionHard: EVICTION_HARD,
  evictionSoft: {},
  evictionSoftGracePeriod: {},
  evictionMaxPodGracePeriod: 0,
  evictionPressureTransitionPeriod: 300_000,
  imageMinimumGCAge: 120_000,
  imageMaximumGCAge: 0,
  imageGCHighThresholdPercent: 85,
  imageGCLowThresholdPercent: 80,
  shutdownGracePeriod: 0,
  shutdownGracePeriodCriticalPods: 0,
  shutdownGracePeriodByPodPriority: [],
};

/** Fields that a node's installation sets and of which only that one value is simulated. */
const FIXED: Readonly<Record<string, string>> = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  staticPodPath: '/etc/kubernetes/manifests',
};

/** Smaller logs are not watched by the runtime. */
const BIG_LOG = 2 ** 20;

/** Why a kubelet cannot start with its configuration. */
export class ConfigurationError extends Error {}

/** What the kubelet was started with. */
export function configuration(turn: Turn): KubeletConfiguration {
  return turn.memory.get<KubeletConfiguration>('configuration') ?? DEFAULTS;
}

/** What the control group of every pod is given. */
export function processLimit(turn: Turn): number | undefined {
  const { podPidsLimit } = configuration(turn);
  return podPidsLimit === UNLIMITED ? undefined : podPidsLimit;
}

/** Whether its thresholds are the defaults: those are looked at only where something big runs. */
export function hasOwnThresholds(turn: Turn): boolean {
  const { evictionHard, evictionSoft } = configuration(turn);
  return evictionHard !== EVICTION_HARD || Object.keys(evictionSoft).length > 0;
}

/** Reads the file; throws ConfigurationError. */
export function readConfiguration(turn: Turn): void {
  const files = cri<readonly { path: string; text: string }[]>(turn, { call: 'HostFiles', folder: FOLDER });
  const file = files.find(({ path }) => path === PATH);
  if (file) turn.memory.set('configuration', parseConfiguration(file.text));
}

/** Text of the file as configuration. Worked example: `shutdownGracePeriod: 30s` gives `{ …, shutdownGracePeriod: 30000 }`. */
export function parseConfiguration(text: string): KubeletConfiguration {
  let fields: unknown;
  try {
    fields = fromYaml(text);
  } catch (error) {
    throw refusal((error as Error).message);
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw refusal('it is no object');
  const result: Record<string, unknown> = { ...DEFAULTS };
  const { mergeDefaultEvictionSettings, ...others } = fields as Record<string, unknown>;
  for (const [name, value] of Object.entries(others)) {
    if (name in FIXED) checkFixed(name, value);
    else if (name in DEFAULTS) result[name] = fieldOf(name, value);
    else throw refusal(`strict decoding error: unknown field "${name}", or one that is not simulated`);
  }
  if (mergeDefaultEvictionSettings === true && result.evictionHard !== EVICTION_HARD)
    result.evictionHard = { ...EVICTION_HARD, ...(result.evictionHard as object) };
  const read = result as unknown as KubeletConfiguration;
  check(read);
  return read;
}

function refusal(why: string): ConfigurationError {
  return new ConfigurationError(`failed to load kubelet config file, path: ${PATH}, error: ${why}`);
}

function checkFixed(name: string, value: unknown): void {
  if (value !== FIXED[name]) throw refusal(`${name}: only ${FIXED[name]} is simulated`);
}

function fieldOf(name: string, value: unknown): unknown {
  if (name === 'shutdownGracePeriodByPodPriority') return (value as readonly ShutdownGracePeriod[]).map(checkedPeriod);
  if (name === 'evictionHard' || name === 'evictionSoft') return ofSignals(name, value, threshold);
  if (name === 'evictionSoftGracePeriod') return ofSignals(name, value, milliseconds);
  if (name === 'containerLogMaxSize') return quantityOf(name, value);
  if (isDuration(name)) return milliseconds(name, value);
  if (typeof value !== 'number') throw refusal(`${name}: ${String(value)} is no number`);
  return value;
}

/** Whether a field that holds a number stands for a time. */
export function isDuration(name: string): boolean {
  return /Period$|Age$|CriticalPods$/.test(name) && name !== 'evictionMaxPodGracePeriod';
}

/** `1m30s`, `24h0m0s`: as Go prints a time of whole seconds. */
export function durationText(time: number): string {
  const seconds = time / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return `${hours > 0 ? `${hours}h` : ''}${seconds >= 60 ? `${minutes}m` : ''}${seconds % 60}s`;
}

function ofSignals<T>(name: string, value: unknown, read: (name: string, value: unknown) => T): Record<string, T> {
  const result: Record<string, T> = {};
  for (const [signal, text] of Object.entries((value ?? {}) as Record<string, unknown>)) {
    if (!(SIGNALS as readonly string[]).includes(signal))
      throw refusal(`${name}: the signal ${signal} is unknown or not simulated; there are ${SIGNALS.join(', ')}`);
    result[signal] = read(`${name}.${signal}`, text);
  }
  return result;
}

function quantityOf(name: string, value: unknown): number {
  const amount = wholeValue(String(value));
  if (!(amount > BIG_LOG)) throw refusal(`${name}: ${String(value)} is no quantity above 1Mi; less is not simulated`);
  return amount;
}

function threshold(name: string, value: unknown): string {
  const text = String(value);
  const amount = text.endsWith('%') ? Number(text.slice(0, -1)) : quantityValue(text);
  if (!(amount >= 0)) throw refusal(`${name}: ${text} is no quantity and no percentage`);
  return text;
}

function milliseconds(name: string, value: unknown): number {
  const read = typeof value === 'string' ? parseDuration(value) : undefined;
  if (read === undefined) throw refusal(`${name}: ${String(value)} is no duration such as 30s or 1m30s`);
  return read;
}

function checkedPeriod(period: ShutdownGracePeriod): ShutdownGracePeriod {
  const { priority, shutdownGracePeriodSeconds } = period;
  if (Number.isInteger(priority) && Number.isInteger(shutdownGracePeriodSeconds))
    return { priority, shutdownGracePeriodSeconds };
  throw refusal('shutdownGracePeriodByPodPriority: every entry needs priority and shutdownGracePeriodSeconds');
}

/** Source of the rules and messages: `pkg/kubelet/apis/config/validation/validation.go`. */
function check(read: KubeletConfiguration): void {
  const invalid = (why: string): ConfigurationError => new ConfigurationError(`invalid configuration: ${why}`);
  const { shutdownGracePeriod: all, shutdownGracePeriodCriticalPods: critical } = read;
  if (critical > all)
    throw invalid(
      'shutdownGracePeriodCriticalPods {%v} must be <= shutdownGracePeriod {%v}'
        .replace('%v', `${critical / 1000}s`)
        .replace('%v', `${all / 1000}s`),
    );
  if (read.shutdownGracePeriodByPodPriority.length > 0 && all + critical > 0)
    throw invalid('Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time');
  if (read.imageMaximumGCAge !== 0 && read.imageMaximumGCAge <= read.imageMinimumGCAge)
    throw invalid('imageMaximumGCAge must be greater than imageMinimumGCAge');
  if (read.imageGCLowThresholdPercent >= read.imageGCHighThresholdPercent)
    throw invalid('imageGCLowThresholdPercent must be less than imageGCHighThresholdPercent');
  for (const signal of Object.keys(read.evictionSoft) as Signal[]) {
    if (read.evictionSoftGracePeriod[signal] === undefined)
      throw invalid(`grace period must be specified for the soft eviction threshold ${signal}`);
  }
}
