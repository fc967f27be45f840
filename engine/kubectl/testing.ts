import type { ApiRequest, ApiResponse, StreamChunk } from '../apiserver/request.ts';
import { clusterConfig } from '../config.ts';
import type { Invocation, Script, Syscall } from '../process/program.ts';
import { kubeconfigText, unsignedKubeconfig } from './default-kubeconfig.ts';
import { kubectlScript } from './index.ts';

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** A script that asked more of its machine than that has patience for. */
export class EndlessScript extends Error {}

/** Runs a script to its end; `answer` stands for its machine (writes are kept here). */
function runScript(
  script: Script,
  invocation: Invocation,
  patience: number,
  answer: (call: Syscall) => unknown,
): ScriptResult {
  const running = script(invocation);
  let stdout = '';
  let stderr = '';
  let given: unknown;
  for (let count = 0; count < patience; count++) {
    const next = running.next(given);
    if (next.done) return { stdout, stderr, code: next.value };
    given = null;
    if (next.value.call !== 'write') given = answer(next.value);
    else if (next.value.fd === 1) stdout += next.value.text;
    else stderr += next.value.text;
  }
  throw new EndlessScript('the script does not end');
}

/** A workstation for tests: files, standard input, a clock that runs while the script sleeps, and somebody who answers requests. */
export class TestWorkstation {
  readonly files = new Map<string, string>([
    ['/root/.kube/config', kubeconfigText(unsignedKubeconfig(clusterConfig()))],
  ]);
  readonly requests: ApiRequest[] = [];
  environment: Readonly<Record<string, string>> = { HOME: '/root', PATH: '/usr/bin' };
  now = 1_792_000_000_000;
  input = '';
  /** So many calls a script may make. */
  patience = 10_000;
  /** Chunks of every stream that a request opens. */
  chunks: StreamChunk[] = [];
  private readonly serve: (request: ApiRequest) => ApiResponse | { readonly unreachable: string };

  constructor(serve: (request: ApiRequest) => ApiResponse | { readonly unreachable: string }) {
    this.serve = serve;
  }

  /** Runs `kubectl` with these words. */
  kubectl(...words: readonly string[]): ScriptResult {
    const invocation = {
      argv: ['kubectl', ...words],
      environment: this.environment,
      directory: '/root',
    };
    return runScript(kubectlScript, invocation, this.patience, (call) => this.answer(call));
  }

  private answer(call: Syscall): unknown {
    switch (call.call) {
      case 'now':
        return this.now;
      case 'self':
        return { pid: 2, parent: 1, hostname: 'workstation', user: 0, group: 0, groups: [], address: '10.0.0.9' };
      case 'sleep':
        this.now += call.milliseconds ?? 0;
        return null;
      case 'request':
        this.requests.push(call.request);
        return this.serve(call.request);
      case 'chunk':
        return this.chunks.shift() ?? (call.timeout === undefined ? 'closed' : this.timeOut(call.timeout));
      case 'read': {
        const text = this.input;
        this.input = '';
        return text === '' ? null : text;
      }
      case 'readFile':
        return this.files.get(call.path) ?? { error: this.isFolder(call.path) ? 'EISDIR' : 'ENOENT' };
      case 'writeFile':
        this.files.set(call.path, call.text);
        return null;
      case 'listDirectory':
        return this.isFolder(call.path) ? this.names(call.path) : { error: 'ENOENT' };
      case 'stat':
        return this.files.has(call.path) ? { type: 'file' } : { error: 'ENOENT' };
      default:
        return null;
    }
  }

  private timeOut(milliseconds: number): 'timeout' {
    this.now += milliseconds;
    return 'timeout';
  }

  private isFolder(path: string): boolean {
    return [...this.files.keys()].some((file) => file.startsWith(`${path}/`));
  }

  private names(path: string): string[] {
    const inside = [...this.files.keys()].filter((file) => file.startsWith(`${path}/`));
    return [...new Set(inside.map((file) => file.slice(path.length + 1).split('/')[0] as string))];
  }
}
