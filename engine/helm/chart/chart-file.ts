/** A file of a chart; its name starts at the chart's folder. */
export interface ChartFile {
  readonly name: string;
  readonly data: string;
}
