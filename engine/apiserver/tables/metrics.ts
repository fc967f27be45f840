import { quantitySum } from '../schema/quantity.ts';
import { column, NAME, type Printer } from './printer.ts';

interface Usage {
  readonly cpu: string;
  readonly memory: string;
}

/** What metrics-server prints of a node or a pod: all its containers together. */
export const resourceUsage: Printer = {
  columns: [
    NAME,
    column('CPU', 'Processor time used, in cores.'),
    column('Memory', 'Memory in use.'),
    column('Window', 'The time over which processor time was measured.'),
  ],
  cells: ({ metadata, usage, containers, window }) => {
    const parts: readonly Usage[] = containers?.map((container: { usage: Usage }) => container.usage) ?? [usage];
    const total = (resource: keyof Usage): string => quantitySum(parts.map((part) => part[resource]));
    return [metadata.name, total('cpu'), total('memory'), window];
  },
};
