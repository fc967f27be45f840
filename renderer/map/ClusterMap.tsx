import type { TFunction } from 'i18next';
import { CirclePlus } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView, ObjectRow, StepView } from '../../engine/protocol/views.ts';
import { shortName } from '../app/component-name.ts';
import { Pane } from '../app/Pane.tsx';
import { said } from '../locales/said.ts';
import { tell } from '../state/engine.ts';
import { rowsOf, useSession } from '../state/session-store.ts';
import { ComponentBox } from './ComponentBox.tsx';
import { Controllers } from './Controllers.tsx';
import { Messages } from './Messages.tsx';
import { NodeCard } from './NodeCard.tsx';
import { PodChip } from './PodChip.tsx';

/** With more nodes or pods than this, everything is drawn smaller. */
const ROOMY_NODES = 6;
const ROOMY_PODS = 24;

/** The cluster at the shown moment: the control plane, the nodes with their pods, and what travels between them. */
export function ClusterMap() {
  const { t } = useTranslation();
  const canvas = useRef<HTMLDivElement>(null);
  const rows = useSession((session) => session.rows);
  const steps = useSession((session) => session.steps);
  const nodes = useMemo(() => rowsOf(rows, 'nodes'), [rows]);
  const pods = useMemo(() => rowsOf(rows, 'pods'), [rows]);
  const names = useNodeNames(nodes);
  const last = steps[steps.length - 1];
  const isDense = names.length > ROOMY_NODES || pods.length > ROOMY_PODS;
  return (
    <Pane id="map" title={t('map.title')} actions={<Legend />}>
      <div className={isDense ? 'map map-dense' : 'map'} data-testid="cluster-map" ref={canvas}>
        <ControlPlane active={last?.component} />
        <Unscheduled pods={pods.filter((pod) => !pod.node)} />
        <div className="nodes">
          {names.map((name) => (
            <NodeCard
              key={name}
              name={name}
              row={nodes.find((node) => node.name === name)}
              pods={pods.filter((pod) => pod.node === name)}
              active={last?.component}
            />
          ))}
        </div>
        <Messages canvas={canvas} />
      </div>
      <Caption step={last} />
    </Pane>
  );
}

/** Machines that are switched on are drawn before they have registered as nodes; node-2 stands before node-10. */
function useNodeNames(nodes: readonly ObjectRow[]): string[] {
  const processes = useSession((session) => session.processes);
  return useMemo(() => {
    const machines = processes
      .filter(({ component }) => component.startsWith('kubelet/'))
      .map(({ component }) => component.slice('kubelet/'.length));
    const names = new Set([...machines, ...nodes.map((node) => node.name)]);
    return [...names].sort((left, right) => left.localeCompare(right, 'en', { numeric: true }));
  }, [processes, nodes]);
}

function ControlPlane({ active }: { readonly active?: string }) {
  const { t } = useTranslation();
  const processes = useSession((session) => session.processes);
  const find = (name: string) => processes.find(({ component }) => component === name);
  return (
    <fieldset className="control-plane" aria-label={t('map.control-plane')}>
      <ComponentBox
        name="workstation"
        process={find('workstation')}
        isActive={active === 'workstation' || active === 'world'}
      />
      <ComponentBox
        name="kube-apiserver"
        process={find('kube-apiserver')}
        isActive={active === 'kube-apiserver'}
        isCentral
      />
      <ComponentBox name="etcd" process={find('etcd')} isActive={active === 'etcd'} />
      <ComponentBox name="kube-scheduler" process={find('kube-scheduler')} isActive={active === 'kube-scheduler'} />
      <Controllers active={active} />
    </fieldset>
  );
}

function Unscheduled({ pods }: { readonly pods: readonly ObjectRow[] }) {
  const { t } = useTranslation();
  if (pods.length === 0) return null;
  return (
    <fieldset className="unscheduled" aria-label={t('map.unscheduled')}>
      <span className="faint">{t('map.unscheduled')}</span>
      {pods.map((pod) => (
        <PodChip key={pod.uid} pod={pod} />
      ))}
    </fieldset>
  );
}

function Legend() {
  const { t } = useTranslation();
  const count = useSession((session) => rowsOf(session.rows, 'pods').length);
  return (
    <>
      <span className="faint">{t('map.pods', { count })}</span>
      <button
        type="button"
        className="icon-button"
        aria-label={t('map.add-node')}
        title={t('map.add-node')}
        onClick={() => tell('fault', { kind: 'add-node' })}
      >
        <CirclePlus aria-hidden />
      </button>
    </>
  );
}

/** What the last step was, in words: the same for everybody, whether they see the message travel or not. */
function Caption({ step }: { readonly step?: StepView }) {
  const { t } = useTranslation();
  const shown = useSession((session) => session.state?.shown.step);
  if (!step || step.step !== shown) {
    return (
      <p className="map-caption" aria-live="polite">
        {t('map.idle')}
      </p>
    );
  }
  const [note] = step.notes;
  const [message] = step.messages;
  return (
    <p className="map-caption" aria-live="polite">
      <span className="step-number">{step.step}</span>
      <strong title={step.component}>{shortName(step.component)}</strong>
      <span className="faint">{step.isInput ? t('trace.input') : said(step.task, t)}</span>
      <span className="map-caption-text">{note ? said(note, t) : message ? messageText(message, t) : step.detail}</span>
    </p>
  );
}

function messageText({ from, to, summary }: MessageView, t: TFunction): string {
  return t('map.message', { from: shortName(from), to: shortName(to), text: said(summary, t) });
}
