import { useTranslation } from 'react-i18next';
import type { EventLine } from '../../engine/protocol/views.ts';
import { english } from '../../engine/sentence.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { said } from '../locales/said.ts';
import { elapsed } from '../time/format.ts';

interface Props {
  readonly events: readonly EventLine[];
  readonly start: number;
}

/** Kubernetes Events about an object, oldest first. */
export function Events({ events, start }: Props) {
  const { t } = useTranslation();
  if (events.length === 0) return <p className="hint pad">{t('inspector.no-events')}</p>;
  return (
    <ol className="event-list">
      {events.map((event) => (
        <li key={`${event.time} ${event.reason} ${english(event.message)}`}>
          <StatusMark tone={event.type === 'Warning' ? 'warning' : 'idle'} />
          <div>
            <strong>{event.reason}</strong> <span className="faint">{event.source}</span>
            {event.count > 1 ? <span className="badge">×{event.count}</span> : null}
            <p>{said(event.message, t)}</p>
          </div>
          <time>{elapsed(event.time - start)}</time>
        </li>
      ))}
    </ol>
  );
}
