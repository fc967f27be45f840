import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProcessView, StepView } from '../../engine/protocol/views.ts';
import { useSession } from '../state/session-store.ts';
import { ComponentBox } from './ComponentBox.tsx';

const MANAGER = 'kube-controller-manager/';

/** Controllers that nearly every story is about. The others are drawn once they have written something, or when asked for. */
const FIRST: readonly string[] = ['deployment', 'replicaset', 'endpointslice', 'namespace', 'node', 'serviceaccount'];

/** The controllers inside kube-controller-manager: those that matter to what happens, and how many more there are. */
export function Controllers({ active }: { readonly active?: string }) {
  const { t } = useTranslation();
  const processes = useSession((session) => session.processes);
  const met = useMetControllers();
  const [showsAll, setShowsAll] = useState(false);
  const controllers = processes.filter(({ component }) => component.startsWith(MANAGER));
  const isMet = ({ component, isRunning, isCutOff }: ProcessView) =>
    !isRunning || isCutOff || met.has(component) || FIRST.includes(labelOf(component));
  const shown = showsAll ? controllers : controllers.filter(isMet);
  const hidden = controllers.length - shown.length;
  const isHiddenActive = active?.startsWith(MANAGER) && !shown.some(({ component }) => component === active);
  return (
    <fieldset className="manager" data-component="kube-controller-manager" aria-label="kube-controller-manager">
      <span className="manager-name">kube-controller-manager</span>
      <div className="controllers">
        {shown.map((process) => (
          <ComponentBox
            key={process.component}
            name={process.component}
            label={labelOf(process.component)}
            process={process}
            isActive={active === process.component}
            isSmall
          />
        ))}
        {hidden > 0 || showsAll ? (
          <button
            type="button"
            className={`component component-small more-controllers ${isHiddenActive ? 'is-active' : ''}`}
            data-component={`${MANAGER}others`}
            aria-expanded={showsAll}
            onClick={() => setShowsAll(!showsAll)}
          >
            {showsAll ? t('map.fewer') : t('map.more-controllers', { count: hidden })}
          </button>
        ) : null}
      </div>
    </fieldset>
  );
}

function labelOf(component: string): string {
  return component.slice(MANAGER.length).replace(/-controller$/, '');
}

/** Controllers that wrote something in the steps seen so far in this session. */
function useMetControllers(): ReadonlySet<string> {
  const steps = useSession((session) => session.steps);
  const session = useSession(({ state }) => `${state?.lesson} ${state?.start}`);
  const [known, setKnown] = useState<{ session: string; met: ReadonlySet<string> }>({ session, met: new Set() });
  const met = useMemo(
    () => withWriters(known.session === session ? known.met : new Set(), steps),
    [known, session, steps],
  );
  if (met !== known.met) setKnown({ session, met });
  return met;
}

/** The same set where nobody new wrote. */
function withWriters(met: ReadonlySet<string>, steps: readonly StepView[]): ReadonlySet<string> {
  const writers = steps
    .filter(({ component, writes }) => component.startsWith(MANAGER) && writes.length > 0)
    .map(({ component }) => component)
    .filter((component) => !met.has(component));
  return writers.length === 0 ? met : new Set([...met, ...writers]);
}
