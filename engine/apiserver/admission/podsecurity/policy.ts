import { type ErrorList, invalid } from '../../validation/field.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';

const LEVELS: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const PREFIX = 'pod-security.kubernetes.io/';
const VERSION = /^v1\.(0|[1-9]\d*)$/;

/** A level as of a release (`v1.25`), or of the newest one (`latest`). */
export interface LevelVersion {
  readonly level: Level;
  readonly version: string;
}

/** What a namespace demands of its pods, by what follows from breaking it. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

/** Defaults and exceptions of the plugin (`PodSecurityConfiguration` of `--admission-control-config-file`). */
export interface PodSecurityConfiguration {
  readonly defaults?: Readonly<Record<string, string>>;
  readonly exemptions?: {
    readonly usernames?: readonly string[];
    readonly namespaces?: readonly string[];
    readonly runtimeClasses?: readonly string[];
  };
}

type Mode = keyof Policy;
type Labels = Readonly<Record<string, string>>;

const MODES: readonly Mode[] = ['enforce', 'audit', 'warn'];
const PRIVILEGED: LevelVersion = { level: 'privileged', version: 'latest' };
const OPEN: Policy = { enforce: PRIVILEGED, audit: PRIVILEGED, warn: PRIVILEGED };

/** `restricted:latest`. */
export function formatLevel({ level, version }: LevelVersion): string {
  return `${level}:${version}`;
}

/** How much stricter one level is than another; negative for laxer. */
export function strictness(level: Level, other: Level): number {
  return LEVELS.indexOf(level) - LEVELS.indexOf(other);
}

export function isPrivileged({ enforce, audit, warn }: Policy): boolean {
  return [enforce, audit, warn].every(({ level }) => level === 'privileged');
}

/** The policy for namespaces that say nothing. */
export function defaultPolicy(configuration: PodSecurityConfiguration): Policy {
  const { defaults } = configuration;
  if (defaults === undefined) return OPEN;
  const labels = Object.fromEntries(Object.entries(defaults).map(([name, value]) => [PREFIX + name, value]));
  return parsePolicy(labels, OPEN, false).policy;
}

/**
 * The policy of a namespace by its labels, and what is wrong with them. What can't be read counts as restricted for
 * enforcing and as privileged for the rest; a level that is enforced is warned about too (`PolicyToEvaluate`).
 */
export function parsePolicy(
  labels: Labels | undefined,
  defaults: Policy,
  warnsAsEnforced = true,
): { readonly policy: Policy; readonly errors: ErrorList } {
  const errors: ErrorList = [];
  if (labels === undefined || !namesPolicy(labels)) return { policy: defaults, errors };
  const read = (mode: Mode): LevelVersion => readMode(labels, mode, defaults[mode], errors);
  const [enforce, audit, warn] = MODES.map(read) as [LevelVersion, LevelVersion, LevelVersion];
  const policy = { enforce, audit, warn };
  const hasWarning = labels[`${PREFIX}warn`] !== undefined;
  const isEnforced = LEVELS.includes(labels[`${PREFIX}enforce`] as Level);
  if (!warnsAsEnforced || hasWarning || !isEnforced || strictness(enforce.level, warn.level) <= 0)
    return { policy, errors };
  const version = labels[`${PREFIX}warn-version`] === undefined ? enforce.version : warn.version;
  return { policy: { ...policy, warn: { level: enforce.level, version } }, errors };
}

function namesPolicy(labels: Labels): boolean {
  for (const key in labels) if (key.startsWith(PREFIX)) return true;
  return false;
}

function readMode(labels: Labels, mode: Mode, fallback: LevelVersion, errors: ErrorList): LevelVersion {
  const level = labels[PREFIX + mode];
  const version = labels[`${PREFIX}${mode}-version`];
  const isLevel = level === undefined || LEVELS.includes(level as Level);
  const isVersion = version === undefined || version === 'latest' || VERSION.test(version);
  if (!isLevel) errors.push(labelError(mode, level, `must be one of ${LEVELS.join(', ')}`));
  if (!isVersion) errors.push(labelError(`${mode}-version`, version, 'must be "latest" or "v1.x"'));
  const failed: Level = mode === 'enforce' ? 'restricted' : 'privileged';
  return {
    level: isLevel ? ((level as Level | undefined) ?? fallback.level) : failed,
    version: isVersion ? (version ?? fallback.version) : 'latest',
  };
}

function labelError(name: string, value: string | undefined, why: string): ErrorList[number] {
  return invalid(`metadata.labels[${PREFIX}${name}]`, value, why);
}

/** The modes that a namespace's own labels set to something else than privileged: `enforce=restricted:latest`. */
export function statedModes(labels: Labels, policy: Policy): string {
  return MODES.filter((mode) => policy[mode].level !== 'privileged')
    .filter((mode) => labels[PREFIX + mode] !== undefined || labels[`${PREFIX}${mode}-version`] !== undefined)
    .map((mode) => `${mode}=${formatLevel(policy[mode])}`)
    .join(', ');
}
