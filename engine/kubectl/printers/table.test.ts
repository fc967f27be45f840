import { describe, expect, it } from 'vitest';
import { humanDuration } from '../../human-duration.ts';
import { CustomColumnsPrinter } from './custom-columns.ts';
import { GoTemplate } from './go-template.ts';
import { sortedBy } from './sorting.ts';

const SORTING = { holder: '[][][]reflect.Value', now: 0 } as const;

import { DESCRIBE_TABS, TabWriter } from './tab-writer.ts';
import { TablePrinter } from './table.ts';

const table = {
  kind: 'Table' as const,
  columnDefinitions: [{ name: 'Name' }, { name: 'Ready' }, { name: 'Node', priority: 1 }],
  rows: [{ cells: ['web', '1/1', 'node-1'], object: { metadata: { namespace: 'default', labels: { app: 'a' } } } }],
};

describe('TablePrinter', () => {
  it('hides wide columns, adds namespaces, kinds and labels', () => {
    expect(new TablePrinter({}).print(table)).toBe('NAME   READY\nweb    1/1\n');
    expect(new TablePrinter({ isWide: true, noHeaders: true }).print(table)).toBe('web   1/1   node-1\n');
    expect(
      new TablePrinter({ withNamespace: true, kind: 'pod', showLabels: true, labelColumns: ['app'] }).print(table),
    ).toBe('NAMESPACE   NAME      READY   APP   LABELS\ndefault     pod/web   1/1     a     app=a\n');
  });

  it('keeps widths and headers while watching', () => {
    const printer = new TablePrinter({});
    printer.print(table);
    expect(printer.print({ ...table, columnDefinitions: null, rows: [{ cells: ['w', '0/1', ''] }] })).toBe(
      'w      0/1\n',
    );
  });
});

describe('TabWriter', () => {
  it('gives neighbouring lines a column of one width', () => {
    expect(new TabWriter(DESCRIBE_TABS).align('Name:\tweb\nStatus:\tok\nList:\n  a:\t1\n')).toBe(
      'Name:    web\nStatus:  ok\nList:\n  a:  1\n',
    );
  });
});

describe('other printers', () => {
  it('prints custom columns with <none> and <nil>', () => {
    expect(new CustomColumnsPrinter('A:.a,B:b.c,L:.l[*]', false).print([{ a: null, l: [1, 'x'] }])).toBe(
      'A       B        L\n<nil>   <none>   1,x\n',
    );
  });

  it('sorts quantities by amount and missing ones first', () => {
    const items = [{ cpu: '1' }, { cpu: '200m' }, {}, { cpu: '50m' }];
    expect(sortedBy(items, '.cpu', (item) => item, SORTING)).toEqual([
      {},
      { cpu: '50m' },
      { cpu: '200m' },
      { cpu: '1' },
    ]);
    expect(() => sortedBy(items, '.nosuch', (item) => item, SORTING)).toThrow(
      'couldn\'t find any field with path "{.nosuch}"',
    );
  });

  it('runs Go templates', () => {
    const template =
      '{{range $i, $p := .items}}{{if $i}}, {{end}}{{$p.name}}={{len $p.list}}{{else}}none{{end}}{{printf " %q" .kind}}';
    expect(
      new GoTemplate(template).execute({
        kind: 'List',
        items: [
          { name: 'a', list: [1] },
          { name: 'b', list: [] },
        ],
      }),
    ).toBe('a=1, b=0 "List"');
  });

  it('shortens ages as tables do', () => {
    expect([0, 119_000, 150_000, 300_000, 3 * 3_600_000, 9 * 3_600_000, 50 * 3_600_000].map(humanDuration)).toEqual([
      '0s',
      '119s',
      '2m30s',
      '5m',
      '3h',
      '9h',
      '2d2h',
    ]);
  });
});
