import type { FileNode } from '../../process/files.ts';
import { handleProcessTask } from '../../process/machine.ts';
import { openNamespace } from '../../process/pid-namespace.ts';
import { usedBytes } from '../../process/tree.ts';
import { say } from '../../sentence.ts';
import type { Component } from '../../sim/component.ts';
import type { Task } from '../../sim/task.ts';
import type { Turn } from '../../sim/turn.ts';
import { kubeletOf } from './components.ts';
import {
  containerRecord,
  createContainer,
  killContainer,
  removeContainer,
  startContainer,
  stopContainer,
  updateContainerResources,
} from './containers.ts';
import type { HostFile, RuntimeRequest, Sandbox, WriteHostFiles } from './cri.ts';
import { serveDns } from './dns.ts';
import { attach, closeStream, exec, execSync, streamInput } from './exec.ts';
import { containerHost } from './host.ts';
import { beginPull, imageRecord, keepImage, listImages, removeImage, unusedImages } from './images.ts';
import { followLog, logsAbove, readLog, reopenLog } from './logs.ts';
import { nodeHost, openShell } from './node-host.ts';
import { hostFile, hostFiles, nodeMachine } from './node-machine.ts';
import { forwardEnded, portForward } from './port-forward.ts';
import { dialPort, probeNetwork, probePort } from './ports.ts';
import { beginPlannedShutdown, bootId, cutPower, powerOff } from './power.ts';
import { profileFailure } from './profiles.ts';
import { runtimeInfo } from './runtimes.ts';
import { hostPort, removeSandbox, runSandbox, runtimePod, sandboxAt, stopSandbox } from './sandboxes.ts';
import { diskInfo, listContainerStats } from './stats.ts';
import { attachStorage, takeStorage } from './storage.ts';

/**
 * `containerd/<node>`: sandboxes, images and containers of a node. Containers do not need the daemon: their processes,
 * files and addresses outlive its stop, and the kubelet's.
 */
export const containerd: Component = {
  name: 'containerd',
  durable: [''],
  survives: (task) => task.kind !== 'pulled',
  handle(turn, task) {
    if (handleProcessTask(turn, nodeHost, task)) return;
    if (task.kind === 'killContainer') killContainer(turn, containerHost, task.id as string);
    if (task.kind === 'pulled') pulled(turn, task);
    if (task.kind === 'shutDown') beginPlannedShutdown(turn, task);
    if (task.kind === 'powerOff') powerOff(turn, nodeHost, task);
    if (task.kind === 'forwardEnded') forwardEnded(turn, task);
  },
  serve: (turn, request) => answer(turn, request as RuntimeRequest),
  // The node's own shell and its streams need no runtime.
  servesStopped: (request) =>
    ['Shell', 'StreamInput', 'CloseStream', 'HostFiles', 'BootId', 'CutPower'].includes(
      (request as RuntimeRequest).call,
    ),
};

function answer(turn: Turn, request: RuntimeRequest): unknown {
  switch (request.call) {
    case 'PodStatus':
      return runtimePod(turn, request.uid);
    case 'Version':
      return runtimeInfo(turn);
    case 'ListPodSandbox':
      return turn.memory.keys('sandbox/').map((key) => turn.memory.get<Sandbox>(key));
    case 'PodAt':
      return { uid: sandboxAt(turn, request.address)?.uid };
    case 'HostPort':
      return hostPort(turn, request.port);
    case 'RunPodSandbox':
      if (request.processNamespace === 'NODE') openNamespace(turn.memory, nodeMachine(turn));
      return runSandbox(turn, containerHost, request);
    case 'StopPodSandbox':
      return stopSandbox(turn, request.uid);
    case 'RemovePodSandbox':
      return removeSandbox(turn, request.uid);
    case 'CreateContainer':
      return profileFailure(turn, request) ?? createContainer(turn, request);
    case 'StartContainer':
      return startContainer(turn, containerHost, request.id);
    case 'StopContainer':
      return stopContainer(turn, containerHost, request.id, request.timeout);
    case 'RemoveContainer':
      return removeContainer(turn, request.id);
    default:
      return answerOther(turn, request);
  }
}

function answerOther(turn: Turn, request: RuntimeRequest): unknown {
  switch (request.call) {
    case 'ListContainerStats':
      return listContainerStats(turn);
    case 'ImageFsInfo':
      return diskInfo(turn);
    case 'HasBigConsumers':
      return turn.memory.get('big-consumers') === true;
    case 'VolumeUsage':
      return usedBytes(turn.memory, `${request.source}/`);
    case 'ReadVolumeFile':
      return readVolumeFile(turn, request.source);
    case 'MakeVolumeFolder':
      return makeVolumeFolder(turn, request.source, request.mode);
    case 'ListUnusedImages':
      return unusedImages(turn);
    case 'RemoveImage':
      return removeImage(turn, request.image);
    case 'ListImages':
      return listImages(turn);
    case 'ImageStatus':
      return imageRecord(turn, request.image);
    case 'PullImage':
      return pull(turn, request.image, request.uid, request.container);
    case 'ContainerLogs': {
      const { id, options, receiver } = request;
      if (!receiver) return readLog(turn, id, options);
      return followLog(turn, id, options, receiver, containerRecord(turn, id)?.state === 'running');
    }
    case 'ListLogsAbove':
      return logsAbove(turn, request.bytes);
    case 'ReopenContainerLog':
      return reopenLog(turn, request.id);
    case 'Dns':
      return serveDns(turn, request.network, request.name, request.type);
    case 'HostFiles':
      return hostFiles(turn, request.folder);
    case 'HostFile':
      return hostFile(turn, request.path);
    case 'AttachStorage':
      return attachStorage(turn, request);
    case 'TakeStorage':
      return takeStorage(turn, request.handle);
    case 'UpdateContainerResources':
      return updateContainerResources(turn, request);
    case 'WriteHostFiles':
      return writeHostFiles(turn, request);
    default:
      return answerStream(turn, request);
  }
}

/** Processes besides a container's own, connections, and what is said on their streams. */
function answerStream(turn: Turn, request: RuntimeRequest): unknown {
  switch (request.call) {
    case 'ExecSync':
      return execSync(turn, containerHost, request);
    case 'Exec':
      return exec(turn, containerHost, request);
    case 'Shell':
      return openShell(turn, nodeHost, request);
    case 'Attach':
      return attach(turn, request.id, request.receiver);
    case 'StreamInput':
      return streamInput(turn, nodeHost, request.receiver, request.text, request.close ?? false);
    case 'CloseStream':
      return closeStream(turn, nodeHost, request.receiver);
    case 'PortForward':
      return portForward(turn, containerHost, request);
    case 'BootId':
      return bootId(turn);
    case 'CutPower':
      return cutPower(turn, nodeHost);
    case 'ProbePort':
      return probePort(turn, request);
    case 'ProbeNetwork':
      return probeNetwork(turn, request);
    case 'DialPort':
      return dialPort(turn, request);
    default:
      throw new Error(`containerd does not implement ${request.call}`);
  }
}

function pull(turn: Turn, image: string, uid: string, container: string): void {
  const { after, waited, failure } = beginPull(turn, image);
  turn.note(say`PullImage "${image}"`);
  turn.after(after, {
    kind: 'pulled',
    image,
    uid,
    container,
    after,
    waited,
    ...(failure ? { error: failure.error, code: failure.code } : {}),
  });
}

function pulled(turn: Turn, task: Task): void {
  if (task.error === undefined) keepImage(turn, task.image as string);
  turn.note(
    task.error === undefined
      ? say`PullImage "${String(task.image)}" returns`
      : say`PullImage "${String(task.image)}" failed: ${String(task.error)}`,
  );
  turn.send(kubeletOf(turn.instance), 0, { ...task, kind: 'imagePulled' });
}

function writeHostFiles(turn: Turn, { source, files }: WriteHostFiles): void {
  for (const [path, file] of files) {
    const key = path === '' ? source : `${source}/${path}`;
    if (file === null) {
      turn.memory.delete(key);
      continue;
    }
    turn.memory.set(key, hostNode(file, turn.now));
  }
}

function hostNode({ link, directory, text = '', mode, user, group }: HostFile, modified: number): FileNode {
  if (link !== undefined) return { type: 'link', target: link, modified };
  return directory
    ? { type: 'directory', mode: mode ?? 0o755, modified, user, group }
    : { type: 'file', text, mode: mode ?? 0o644, modified, user, group };
}

function makeVolumeFolder(turn: Turn, source: string, mode: number): void {
  const node = turn.memory.get<FileNode>(source);
  const isThere = node === undefined ? turn.memory.keys(`${source}/`).length > 0 : node.type !== 'deleted';
  if (isThere || (source.startsWith('host/') && hostFile(turn, source.slice('host'.length)).type !== undefined)) return;
  turn.memory.set(source, { type: 'directory', mode, modified: turn.now } satisfies FileNode);
}

function readVolumeFile(turn: Turn, source: string): { readonly text?: string } {
  const node = turn.memory.get<FileNode>(source);
  return node?.type === 'file' ? { text: node.text } : {};
}
