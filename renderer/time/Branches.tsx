import { GitFork } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { BranchView, StateView } from '../../engine/protocol/views.ts';
import { tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';

/** The lines of history side by side, and a button for a new one. */
export function Branches({ state }: { readonly state: StateView }) {
  const { t } = useTranslation();
  const branches = useSession((session) => session.branches);
  const name = (branch: BranchView) =>
    branch.name || (branch.parent ? t('branch.from', { id: branch.id, step: branch.forkedAt }) : t('branch.main'));
  return (
    <div className="branches">
      <button
        type="button"
        className="icon-button with-text"
        title={t('branch.fork-hint')}
        onClick={() => tell('branch.fork', {})}
      >
        <GitFork aria-hidden />
        {t('branch.fork')}
      </button>
      {branches.length > 1 ? (
        <select
          className="select"
          aria-label={t('branch.switch')}
          value={state.branch}
          onChange={(event) => tell('branch.switch', { id: event.target.value })}
        >
          {branches.map((branch) => (
            <option key={branch.id} value={branch.id}>
              {name(branch)}
            </option>
          ))}
        </select>
      ) : null}
    </div>
  );
}
