import { Search } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ObjectRow } from '../../engine/protocol/views.ts';
import { ObjectName } from '../app/ObjectName.tsx';
import { Pane } from '../app/Pane.tsx';
import { StatusMark } from '../app/StatusMark.tsx';
import { said } from '../locales/said.ts';
import { select } from '../state/engine.ts';
import { rowKey, rowsOf, useSession } from '../state/session-store.ts';
import { age } from '../time/format.ts';
import { kindGroups } from './kinds.ts';

/** More rows than this are not drawn: a filter finds the rest. */
const DRAWN_ROWS = 400;

/** Objects of one kind at the shown moment. */
export function ObjectList() {
  const { t } = useTranslation();
  const rows = useSession((session) => session.rows);
  const resource = useSession((session) => session.listed);
  const [filter, setFilter] = useState('');
  const all = useMemo(() => rowsOf(rows, resource), [rows, resource]);
  const groups = useMemo(() => kindGroups(rows.values()), [rows]);
  const kind = groups.flatMap(([, choices]) => choices).find((choice) => choice.resource === resource)?.kind;
  const shown = all.filter((row) => isMatch(row, said(row.status, t), filter));
  return (
    <Pane
      id="objects"
      title={t('objects.title')}
      actions={
        <select
          className="select"
          aria-label={t('objects.kind')}
          value={resource}
          onChange={(event) => useSession.setState({ listed: event.target.value })}
        >
          {groups.map(([group, choices]) => (
            <optgroup key={group} label={t(`objects.${group}`)}>
              {choices.map((choice) => (
                <option key={choice.resource} value={choice.resource}>
                  {choice.kind} ({choice.count})
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      }
    >
      <label className="search">
        <Search aria-hidden />
        <input
          type="search"
          placeholder={t('objects.filter')}
          aria-label={t('objects.filter')}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </label>
      {shown.length === 0 ? (
        <p className="hint pad">
          {all.length === 0 ? t('objects.none', { kind: kind ?? resource }) : t('objects.no-match')}
        </p>
      ) : (
        <ul className="object-list" aria-label={kind ?? resource} onKeyDown={moveFocus}>
          {shown.slice(0, DRAWN_ROWS).map((row) => (
            <ObjectItem key={rowKey(row)} row={row} />
          ))}
        </ul>
      )}
      {shown.length > DRAWN_ROWS ? (
        <p className="hint pad">{t('objects.more', { count: shown.length - DRAWN_ROWS })}</p>
      ) : null}
    </Pane>
  );
}

/** Every word must be in the name, namespace, status, node or a label. */
function isMatch(row: ObjectRow, status: string, filter: string): boolean {
  const labels = Object.entries(row.labels).map(([key, value]) => `${key}=${value}`);
  const text = [row.name, row.namespace, status, row.node ?? '', ...labels].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Up and down go through the list; Enter is the button's own. */
function moveFocus(event: KeyboardEvent<HTMLUListElement>): void {
  const direction = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (direction === 0) return;
  event.preventDefault();
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
  items[items.indexOf(document.activeElement as HTMLElement) + direction]?.focus();
}

function ObjectItem({ row }: { readonly row: ObjectRow }) {
  const { t } = useTranslation();
  const isSelected = useSession(({ selected }) => selected !== undefined && rowKey(selected) === rowKey(row));
  const now = useSession((session) => session.state?.shown.time ?? 0);
  const { resource, namespace, name } = row;
  return (
    <li>
      <button
        type="button"
        className="object-row"
        title={name}
        aria-pressed={isSelected}
        onClick={() => select({ resource, namespace, name })}
      >
        <StatusMark tone={row.tone} />
        <span className="object-name">
          {namespace && namespace !== 'default' ? <span className="faint">{namespace}/</span> : null}
          <ObjectName name={name} />
        </span>
        <span className={`object-status tone-text-${row.tone}`}>{said(row.status, t)}</span>
        <span className="object-extra">{[row.ready, row.node].filter(Boolean).join(' · ')}</span>
        <span className="object-age">{age(now - row.created)}</span>
      </button>
    </li>
  );
}
