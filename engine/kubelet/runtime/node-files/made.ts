import { imageOf } from '../../../process/images/catalogue.ts';
import { imageLayer } from '../../../process/images/layer.ts';
import { type ImageDocuments, imageDocuments, layerArchive } from '../../../process/images/oci.ts';
import { resolverText } from '../../../process/naming.ts';
import { byteLength } from '../../../process/text.ts';
import { Tree } from '../../../process/tree.ts';
import type { Sandbox } from '../cri.ts';
import { PAUSE_IMAGE } from '../sandboxes.ts';
import { type Branch, cellsBranch, file, folder, json, layerBranch, type Twig, treeBranch } from './branch.ts';
import type { Made, RuntimeState } from './layout.ts';
import { containerSpec, nodePid, sandboxSpec } from './runtime-spec.ts';

/** Sandboxes and containers whose first process runs: those have a bundle. */
export function runningOf(runtime: RuntimeState): readonly Made[] {
  return [
    ...runtime.sandboxes().filter(({ state }) => state === 'ready'),
    ...runtime.containers().filter(({ state }) => state === 'running'),
  ];
}

/** Everything that has a writable layer, running or not. */
export function allOf(runtime: RuntimeState): readonly Made[] {
  return [...runtime.sandboxes(), ...runtime.containers()];
}

const isContainer = (made: Made): made is Exclude<Made, Sandbox> => 'argv' in made;

/** `config.json` of a bundle. */
export function specOf(runtime: RuntimeState, made: Made): object {
  const { turn, layout, nodeMemory } = runtime;
  const place = { memory: turn.memory, layout, nodeMemory };
  if (!isContainer(made)) return sandboxSpec(made, place);
  const sandbox = runtime.sandboxOf(made);
  return sandbox === undefined ? {} : containerSpec(made, sandbox, place);
}

export function specFile(runtime: RuntimeState, made: Made): Twig {
  return json(specOf(runtime, made), made.createdAt);
}

export function pidFile(made: Made): Twig {
  return file(String(nodePid(made)), 0o644, made.createdAt);
}

/** All layers on top of each other: what the processes see. */
export function mergedFiles({ turn, machineOf }: RuntimeState, made: Made): Branch {
  const machine = machineOf(made.id);
  if (machine === undefined) return layerBranch(imageLayer(PAUSE_IMAGE));
  return treeBranch(new Tree(turn.memory, { ...machine, mounts: [] }, turn.now));
}

/** What the processes have written. */
export function writtenFiles({ turn, machineOf }: RuntimeState, made: Made): Branch {
  const machine = machineOf(made.id);
  return machine === undefined ? folder({}) : cellsBranch(turn.memory, machine.files);
}

export function documentsOf(made: Made): ImageDocuments | undefined {
  const image = imageOf(isContainer(made) ? made.imageName : PAUSE_IMAGE);
  return image && imageDocuments(image);
}

/** The hostname and resolv.conf that containers of a sandbox are shown. */
export function sandboxFiles({ hostname, naming }: Sandbox): Readonly<Record<string, Twig>> {
  const { resolver } = naming;
  return {
    hostname: file(`${hostname}\n`),
    ...(resolver ? { 'resolv.conf': file(resolverText(resolver)) } : {}),
  };
}

/** Blobs of the images that are here, by their digests without `sha256:`. The bytes a layer is said to have are zeros at its end. */
export function blobsOf(runtime: RuntimeState): ReadonlyMap<string, () => Twig> {
  const blobs = new Map<string, () => Twig>();
  for (const image of runtime.images()) {
    const { id, config, digest, manifest, layers } = imageDocuments(image);
    blobs.set(plain(digest), () => file(manifest, 0o444));
    blobs.set(plain(id), () => file(config, 0o444));
    for (const layer of layers) {
      blobs.set(plain(layer.digest), () => {
        const text = layerArchive(layer);
        return { type: 'file', text, zeros: Math.max(layer.size - byteLength(text), 0), mode: 0o444 };
      });
    }
  }
  return blobs;
}

/** A digest without its algorithm. */
export function plain(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}
