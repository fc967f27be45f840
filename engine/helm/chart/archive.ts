import { type ArchiveEntry, archiveText, readArchive } from '../../process/archive.ts';
import { HelmFailure } from '../failure.ts';
import type { ChartFile } from './chart-file.ts';

/** What a packed chart's name ends with. */
export const PACKED = /\.tgz$/;

/**
 * A chart as one file: a tar archive of a folder of its name. Files of the simulated machines hold text, so that the
 * archive is left as it is where Helm would compress it.
 */
export function packed(name: string, files: readonly ChartFile[], now: number): string {
  const entries = [...files]
    .sort((one, other) => rank(one) - rank(other))
    .map(
      ({ name: file, data }): ArchiveEntry => ({
        name: `${name}/${file}`,
        type: 'file',
        mode: 0o644,
        user: 0,
        group: 0,
        modified: now,
        text: data,
        target: '',
      }),
    );
  return archiveText(entries);
}

/** The definition comes first, then the values, then everything else as it came. */
function rank({ name }: ChartFile): number {
  return ['Chart.yaml', 'Chart.lock', 'values.yaml'].indexOf(name) >>> 0;
}

/** The files of a packed chart, named from the chart's folder. */
export function unpacked(text: string, shown: string): ChartFile[] {
  const entries = readArchive(text);
  if (entries === undefined) {
    throw new HelmFailure(
      `file ${JSON.stringify(shown).replaceAll('"', "'")} does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'`,
    );
  }
  return entries.flatMap(({ name, type, text: data }) =>
    type === 'file' ? [{ name: name.slice(name.indexOf('/') + 1), data }] : [],
  );
}

/** Files of a chart; what is packed in `charts/` lies there unpacked. */
export function withUnpackedCharts(files: readonly ChartFile[]): ChartFile[] {
  return files.flatMap((file) => {
    if (!/^charts\/[^/]+\.tgz$/.test(file.name)) return [file];
    const inner = readArchive(file.data) ?? [];
    return inner.flatMap(({ name, type, text }) => (type === 'file' ? [{ name: `charts/${name}`, data: text }] : []));
  });
}
