import type { ApiRequest, ApiResponse } from '../apiserver/request.ts';
import { clusterConfig } from '../config.ts';
import type { KubeObject } from '../object.ts';
import { english, type Sentence } from '../sentence.ts';
import { indexesOf } from '../store/resources.ts';
import type { Store } from '../store/store.ts';
import type { History } from './history.ts';
import { nameSuffix, uid } from './identity.ts';
import type { ObjectReader } from './object-reader.ts';
import { nextRandom, streamSeed } from './random.ts';
import type { Task } from './task.ts';
import { timestamp } from './time.ts';
import type { Memory, ScheduleOptions, Turn } from './turn.ts';
import type { WorldRequest } from './world.ts';

/** 2026-01-01T00:00:00Z, the moment at which a fake turn takes place when a test names none. */
export const TEST_TIME = 1_767_225_600_000;

/** What a test decides about a fake turn; everything has a default. */
export interface FakeTurnOptions {
  /** Full component name; `kube-controller-manager/test-controller` when omitted. */
  readonly component?: string;
  readonly now?: number;
  readonly seed?: number;
  /** The informer caches, by resource. */
  readonly objects?: Readonly<Record<string, readonly KubeObject[]>>;
  /** Answers calls instead of `echoApi`; it may throw `ApiError` or `Unreachable` as the real callee does. */
  readonly serve?: (component: string, request: object) => unknown;
  readonly store?: Store;
}

/** Something put on the agenda during the turn. */
export interface FakeAgendaItem {
  readonly handle: number;
  readonly component: string;
  readonly delay: number;
  readonly task: Task;
  readonly options?: ScheduleOptions;
}

/** A call as it was made. */
export interface FakeCall {
  readonly component: string;
  readonly request: object;
}

/** A turn for unit tests: Map-backed memory and caches, and a record of all that the component under test did. */
export class FakeTurn implements Turn {
  now: number;
  readonly component: string;
  readonly instance: string;
  readonly memory: FakeMemory = new FakeMemory();
  /** What is on the agenda; `cancel` takes items out. A test runs one by passing its task to the component. */
  agenda: FakeAgendaItem[] = [];
  readonly calls: FakeCall[] = [];
  readonly notes: string[] = [];
  readonly followed = new Set<string>();
  private readonly caches = new Map<string, FakeCache>();
  private readonly options: FakeTurnOptions;
  private readonly stopped = new Set<string>();
  private seed: number;
  private handles = 0;
  private revision = 1000;

  constructor(options: FakeTurnOptions = {}) {
    this.options = options;
    this.component = options.component ?? 'kube-controller-manager/test-controller';
    const slash = this.component.indexOf('/');
    this.instance = this.component.slice(slash + 1);
    this.now = options.now ?? TEST_TIME;
    this.seed = streamSeed(options.seed ?? 1, this.component);
    for (const [resource, objects] of Object.entries(options.objects ?? {})) {
      for (const object of objects) this.cache(resource).put(object);
    }
  }

  get store(): Store {
    if (this.options.store === undefined) throw new Error('this fake turn has no store');
    return this.options.store;
  }

  get history(): History {
    throw new Error('this fake turn has no history');
  }

  random(): number {
    const next = nextRandom(this.seed);
    this.seed = next.seed;
    return next.value;
  }

  /** The cache of a resource; a test moves it forward with `put` and `remove`. */
  cache(resource: string): FakeCache {
    let cache = this.caches.get(resource);
    if (cache === undefined) {
      cache = new FakeCache(resource);
      this.caches.set(resource, cache);
    }
    return cache;
  }

  follow(resource: string): void {
    this.followed.add(resource);
  }

  unfollow(resource: string): void {
    this.followed.delete(resource);
  }

  after(delay: number, task: Task, options?: ScheduleOptions): number {
    return this.send(this.component, delay, task, options);
  }

  cancel(handle: number): void {
    this.agenda = this.agenda.filter((item) => item.handle !== handle);
  }

  send(component: string, delay: number, task: Task, options?: ScheduleOptions): number {
    const handle = ++this.handles;
    this.agenda.push({ handle, component, delay, task, ...(options === undefined ? {} : { options }) });
    return handle;
  }

  call(component: string, request: object): unknown {
    this.calls.push({ component, request });
    if (this.options.serve !== undefined) return this.options.serve(component, request);
    if (component === 'world' && (request as WorldRequest).kind === 'config') return clusterConfig();
    return this.echoApi(request as ApiRequest);
  }

  isRunning(component: string): boolean {
    return !this.stopped.has(component);
  }

  /** Makes `isRunning(component)` false. */
  stop(component: string): void {
    this.stopped.add(component);
  }

  note(sentence: Sentence): void {
    this.notes.push(english(sentence));
  }

  /** The API requests of the turn as `POST /api/v1/namespaces/default/pods`, in order; reads are left out. */
  writes(): string[] {
    return this.calls
      .map(({ request }) => request as ApiRequest)
      .filter((request) => request.method !== undefined && request.method !== 'GET')
      .map((request) => `${request.method} ${request.path}`);
  }

  /** The bodies of the requests whose path ends with `suffix`. */
  bodies(suffix: string): KubeObject[] {
    return this.calls
      .map(({ request }) => request as ApiRequest)
      .filter((request) => request.path?.endsWith(suffix))
      .map((request) => request.body as KubeObject);
  }

  /** Accepts every write and answers with its body, as the server would store it. The caches stay as they are: stale. */
  echoApi(request: ApiRequest): ApiResponse {
    const body = request.body as KubeObject | undefined;
    if (body === undefined)
      return {
        code: 404,
        body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'NotFound', code: 404 },
      };
    const metadata: Partial<KubeObject['metadata']> = body.metadata ?? {};
    const name =
      metadata.name ??
      (metadata.generateName === undefined ? undefined : metadata.generateName + nameSuffix(() => this.random()));
    const stored = {
      uid: uid(() => this.random()),
      creationTimestamp: timestamp(this.now),
      ...metadata,
      ...(name === undefined ? {} : { name }),
      resourceVersion: String(++this.revision),
    };
    return { code: request.method === 'POST' ? 201 : 200, body: { ...body, metadata: stored } };
  }
}

/** Shorthand for `new FakeTurn(options)`. */
export function fakeTurn(options: FakeTurnOptions = {}): FakeTurn {
  return new FakeTurn(options);
}

class FakeMemory implements Memory {
  private readonly cells = new Map<string, unknown>();

  get<T>(key: string): T | undefined {
    return this.cells.get(key) as T | undefined;
  }

  set(key: string, value: unknown): void {
    this.cells.set(key, value);
  }

  delete(key: string): void {
    this.cells.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.cells.keys()].filter((key) => key.startsWith(prefix));
  }
}

/** One informer cache of a fake turn. */
export class FakeCache implements ObjectReader {
  revision = 1;
  private readonly resource: string;
  private readonly objects = new Map<string, KubeObject>();

  constructor(resource: string) {
    this.resource = resource;
  }

  put(object: KubeObject): void {
    this.revision++;
    this.objects.set(`${object.metadata.namespace ?? ''}/${object.metadata.name}`, object);
  }

  remove(namespace: string, name: string): void {
    this.revision++;
    this.objects.delete(`${namespace}/${name}`);
  }

  get(namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(`${namespace}/${name}`);
  }

  list(namespace?: string): readonly KubeObject[] {
    const keys = [...this.objects.keys()]
      .filter((key) => namespace === undefined || key.startsWith(`${namespace}/`))
      .sort();
    return keys.map((key) => this.objects.get(key) as KubeObject);
  }

  by(index: string, value: string): readonly KubeObject[] {
    const declared = indexesOf(this.resource).find(({ name }) => name === index);
    if (declared === undefined) throw new Error(`${this.resource} has no index ${index}`);
    return this.list().filter((object) => declared.values(object).includes(value));
  }

  has(index: string, value: string, matches: (object: KubeObject) => boolean): boolean {
    return this.by(index, value).some(matches);
  }
}
