import { Menu } from '@base-ui/react/menu';
import { Database, LaptopMinimal, Power, PowerOff, Server, StepForward, Unplug, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { ProcessView } from '../../engine/protocol/views.ts';
import { hasTurns } from '../app/component-name.ts';
import { tell } from '../state/engine.ts';

const API_SERVER = 'kube-apiserver';

const ICONS = { etcd: Database, 'kube-apiserver': Server, workstation: LaptopMinimal } as const;

interface Props {
  /** Full name; messages find the box by it. */
  readonly name: string;
  readonly label?: string;
  readonly process?: ProcessView;
  readonly isActive: boolean;
  readonly isCentral?: boolean;
  readonly isSmall?: boolean;
}

/** One process: whether it runs, and a menu of what can be done to it. */
export function ComponentBox({ name, label = name, process, isActive, isCentral = false, isSmall = false }: Props) {
  const { t } = useTranslation();
  const { isRunning, isCutOff } = process ?? { isRunning: false, isCutOff: false };
  const Icon = ICONS[name as keyof typeof ICONS] ?? Workflow;
  const classes = [
    'component',
    isCentral && 'component-central',
    isSmall && 'component-small',
    isActive && 'is-active',
    !isRunning && 'is-stopped',
    isCutOff && 'is-cut-off',
  ];
  return (
    <Menu.Root>
      <Menu.Trigger
        className={classes.filter(Boolean).join(' ')}
        data-component={name}
        aria-label={`${name}: ${t(isCutOff ? 'map.cut-off' : isRunning ? 'map.running' : 'map.stopped')}`}
      >
        {isSmall ? null : <Icon aria-hidden />}
        <span>{label}</span>
        {isRunning ? null : <PowerOff className="tone-bad" aria-hidden />}
        {isCutOff ? <Unplug className="tone-bad" aria-hidden /> : null}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} className="menu-positioner">
          <Menu.Popup className="menu">
            {hasTurns(name) ? (
              <Menu.Item
                className="menu-item"
                disabled={!isRunning}
                onClick={() => tell('move', { kind: 'turn', component: name })}
              >
                <StepForward aria-hidden />
                {t('map.turn')}
              </Menu.Item>
            ) : null}
            <Menu.Item
              className="menu-item"
              onClick={() => tell('fault', { kind: isRunning ? 'stop' : 'start', component: name })}
            >
              <Power aria-hidden />
              {t(isRunning ? 'map.stop' : 'map.start')}
            </Menu.Item>
            {name === API_SERVER || name === 'etcd' ? null : (
              <Menu.Item
                className="menu-item"
                onClick={() => tell('fault', { kind: isCutOff ? 'heal' : 'cut', from: name, to: API_SERVER })}
              >
                <Unplug aria-hidden />
                {t(isCutOff ? 'map.heal' : 'map.cut')}
              </Menu.Item>
            )}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
