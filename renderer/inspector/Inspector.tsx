import { Tabs } from '@base-ui/react/tabs';
import { History, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ObjectReference, ObjectView } from '../../engine/protocol/views.ts';
import { Pane } from '../app/Pane.tsx';
import { tell } from '../state/engine.ts';
import { type InspectorTab, useSession } from '../state/session-store.ts';
import { useAnswer } from '../state/use-answer.ts';
import { elapsed } from '../time/format.ts';
import { Access } from './Access.tsx';
import { Changes } from './Changes.tsx';
import { Events } from './Events.tsx';
import { Scheduling } from './Scheduling.tsx';
import { Trace } from './Trace.tsx';
import { Why } from './Why.tsx';
import { YamlText } from './YamlText.tsx';

const TABS: readonly InspectorTab[] = ['yaml', 'changes', 'events', 'why', 'access', 'scheduling', 'trace'];

/** Only pods are scheduled. */
const tabsOf = (selected: ObjectReference | undefined) =>
  TABS.filter((tab) => tab !== 'scheduling' || selected?.resource === 'pods');

/** One object at the shown moment: what it is, what changed, what is told about it, and why. */
export function Inspector() {
  const { t } = useTranslation();
  const selected = useSession((session) => session.selected);
  const chosenTab = useSession((session) => session.inspectorTab);
  const tabs = tabsOf(selected);
  const inspectorTab = tabs.includes(chosenTab) ? chosenTab : 'yaml';
  const view = useAnswer('object.get', selected && { object: selected });
  return (
    <Pane
      id="inspector"
      title={selected ? selected.name : t('inspector.title')}
      actions={view ? <ObjectActions view={view} /> : undefined}
    >
      <Tabs.Root
        className="tabs"
        value={inspectorTab}
        onValueChange={(value) => useSession.setState({ inspectorTab: value as InspectorTab })}
      >
        <Tabs.List className="tab-list" aria-label={t('inspector.title')}>
          {tabs.map((tab) => (
            <Tabs.Tab key={tab} className="tab" value={tab}>
              {t(`inspector.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {tabs.map((tab) => (
          <Tabs.Panel key={tab} className="tab-panel scroll" value={tab} keepMounted tabIndex={0}>
            {tab === inspectorTab ? <Content tab={tab} view={view} /> : null}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </Pane>
  );
}

function Content({ tab, view }: { readonly tab: InspectorTab; readonly view?: ObjectView }) {
  const { t } = useTranslation();
  const start = useSession((session) => session.state?.start ?? 0);
  if (tab === 'trace') return <Trace />;
  if (!view) return <p className="hint pad">{t('inspector.none')}</p>;
  return (
    <>
      {view.version ? (
        <p className="version-line">
          {t(view.object ? 'inspector.version' : 'inspector.deleted', {
            step: view.version.step,
            time: elapsed(view.version.time - start),
            component: view.version.component,
          })}
        </p>
      ) : (
        <p className="hint pad">{t('inspector.not-yet')}</p>
      )}
      {tab === 'yaml' ? <YamlText text={view.yaml} /> : null}
      {tab === 'changes' ? <Changes before={view.previousYaml} after={view.yaml} /> : null}
      {tab === 'events' ? <Events events={view.events} start={start} /> : null}
      {tab === 'scheduling' ? <Scheduling reference={view.reference} /> : null}
      {tab === 'access' ? <Access reference={view.reference} /> : null}
      {tab === 'why' ? <Why reference={view.reference} /> : null}
    </>
  );
}

/** Also of an object that is gone. */
function kindOf({ yaml }: ObjectView): string | undefined {
  return /^kind: (.+)$/m.exec(yaml)?.[1];
}

function namespaceOf({ namespace }: ObjectReference): string {
  return namespace === 'default' ? '' : namespace;
}

function ObjectActions({ view }: { readonly view: ObjectView }) {
  const { t } = useTranslation();
  const { reference } = view;
  return (
    <>
      <span className="faint">{[kindOf(view), namespaceOf(reference)].filter(Boolean).join(' · ')}</span>
      <button
        type="button"
        className="icon-button"
        aria-label={t('inspector.to-change')}
        title={t('inspector.to-change')}
        onClick={() => tell('seek', { kind: 'change', object: reference })}
      >
        <History aria-hidden />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('inspector.delete')}
        title={t('inspector.delete')}
        disabled={!view.object}
        onClick={() => tell('object.delete', { object: reference })}
      >
        <Trash2 aria-hidden />
      </button>
    </>
  );
}
