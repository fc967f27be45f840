import { since } from '../../human-duration.ts';
import type { KubeObject } from '../../object.ts';
import { column, NAME, type Printer, wideColumn } from './printer.ts';

/** An Event of core/v1 shape; the view of `events.k8s.io` names the same things differently. */
export const events: Printer = {
  columns: [
    column('Last Seen', 'Time since it happened last.'),
    column('Type', 'Normal or Warning.'),
    column('Reason', 'One word, made for machines.'),
    column('Object', 'What it is about.'),
    wideColumn('Subobject', 'Part of the object it is about.'),
    wideColumn('Source', 'Who reported it.'),
    column('Message', 'What happened, made for people.'),
    wideColumn('First Seen', 'Time since it happened first.'),
    wideColumn('Count', 'How often it happened.'),
    { ...NAME, priority: 1 },
  ],
  cells(event, now) {
    const first = event.firstTimestamp ?? event.deprecatedFirstTimestamp ?? event.eventTime;
    const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.deprecatedLastTimestamp ?? first;
    const about = event.involvedObject ?? event.regarding ?? {};
    return [
      since(last, now),
      event.type ?? '',
      event.reason ?? '',
      subject(about),
      about.fieldPath ?? '',
      source(event),
      String(event.message ?? event.note ?? '').trim(),
      since(first, now),
      event.series?.count ?? (event.count || event.deprecatedCount || 1),
      event.metadata.name,
    ];
  },
};

function source(event: KubeObject): string {
  const deprecated = event.source ?? event.deprecatedSource ?? {};
  const component = deprecated.component || event.reportingComponent || event.reportingController || '';
  const host = deprecated.host || event.reportingInstance || '';
  return host === '' ? component : `${component}, ${host}`;
}

/** `pod/web`. */
function subject({ kind = '', name = '' }: { readonly kind?: string; readonly name?: string }): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}
