import type { CatalogueImage } from '../../../process/images/catalogue.ts';
import type { Machine } from '../../../process/process.ts';
import type { Turn } from '../../../sim/turn.ts';
import type { ContainerRecord, Sandbox } from '../cri.ts';
import type { Twig } from './branch.ts';

/** A sandbox or a container: both are containers to the layers below. */
export type Made = ContainerRecord | Sandbox;

/** Where a runtime keeps what. */
export interface Layout {
  /** Before the id in the name of a container's control group. */
  readonly scope: string;
  /** `root.path` of a container's specification. */
  readonly rootPath: (made: Made) => string;
  /** The folder of a sandbox's own hostname and resolv.conf. */
  readonly sandboxFolder: (sandbox: Sandbox) => string;
  /** Files by their place on the disk. */
  readonly files: (runtime: RuntimeState) => Readonly<Record<string, Twig>>;
}

/** All that the files of a runtime are computed from. */
export interface RuntimeState {
  readonly turn: Turn;
  readonly layout: Layout;
  readonly nodeMemory: number;
  readonly sandboxes: () => readonly Sandbox[];
  readonly containers: () => readonly ContainerRecord[];
  readonly images: () => readonly CatalogueImage[];
  readonly sandboxOf: (container: ContainerRecord) => Sandbox | undefined;
  readonly machineOf: (id: string) => Machine | undefined;
}
