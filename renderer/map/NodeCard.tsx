import { HardDrive } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ObjectRow } from '../../engine/protocol/views.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { said } from '../locales/said.ts';
import { select } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { ComponentBox } from './ComponentBox.tsx';
import { PodChip } from './PodChip.tsx';

const PROCESSES = ['kubelet', 'containerd', 'kube-proxy'];

interface Props {
  readonly name: string;
  /** Absent until the kubelet has registered the node. */
  readonly row?: ObjectRow;
  readonly pods: readonly ObjectRow[];
  readonly active?: string;
}

/** One machine: its processes and the pods bound to it. */
export function NodeCard({ name, row, pods, active }: Props) {
  const { t } = useTranslation();
  const processes = useSession((session) => session.processes);
  const inspect = () => row && select({ resource: 'nodes', namespace: '', name });
  return (
    <fieldset className="node" aria-label={t('map.node', { name })}>
      <button type="button" className="node-head" onClick={inspect} disabled={!row}>
        <HardDrive aria-hidden />
        <strong>{name}</strong>
        <span className={`node-status tone-text-${row?.tone ?? 'idle'}`}>
          <StatusMark tone={row?.tone ?? 'idle'} />
          {row ? said(row.status, t) : t('map.unregistered')}
        </span>
      </button>
      <div className="node-processes">
        {PROCESSES.map((family) => {
          const component = `${family}/${name}`;
          const process = processes.find((candidate) => candidate.component === component);
          return (
            <ComponentBox
              key={family}
              name={component}
              label={family}
              process={process}
              isActive={active === component}
              isSmall
            />
          );
        })}
      </div>
      <div className="pods">
        {pods.length === 0 ? <span className="faint">{t('map.no-pods')}</span> : null}
        {pods.map((pod) => (
          <PodChip key={pod.uid} pod={pod} />
        ))}
      </div>
    </fieldset>
  );
}
