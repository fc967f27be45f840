/** One time series of a metric, as it stands. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric with its time series. */
export interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The Prometheus text format 0.0.4: metrics by name, series by labels. */
export function metricsText(metrics: readonly Metric[]): string {
  const shown = metrics.filter(({ samples }) => samples.length > 0);
  return [...shown]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(({ labels, value }) => `${name}${labelText(labels)} ${numberText(value)}`).sort();
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('\n')}\n`;
    })
    .join('');
}

function labelText(labels: Sample['labels']): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((name) => `${name}="${escaped(labels[name] as string)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

/** Numbers as Go's `%g` prints them: from a million on with an exponent (`1.7672256e+09`). */
function numberText(value: number): string {
  if (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6)) return String(value);
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const sign = exponent.startsWith('-') ? '-' : '+';
  return `${mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`;
}
