import { Tabs } from '@base-ui/react/tabs';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditedFile } from '../editor/edited-file.ts';
import { useSession, type WorkTab } from '../state/session-store.ts';
import { TerminalView } from '../terminal/TerminalView.tsx';

/** Monaco is big: it is loaded when the editor is first shown. */
const ManifestEditor = lazy(() => import('../editor/ManifestEditor.tsx'));

/** Where the learner works: the terminal and the YAML editor. */
export function WorkPane() {
  const { t } = useTranslation();
  const workTab = useSession((session) => session.workTab);
  useEditedFile();
  return (
    <section className="pane" id="pane-work" data-pane="work" aria-label={t('work.title')} tabIndex={-1}>
      <Tabs.Root
        className="tabs"
        value={workTab}
        onValueChange={(value) => useSession.setState({ workTab: value as WorkTab })}
      >
        <Tabs.List className="tab-list" aria-label={t('work.title')}>
          <Tabs.Tab className="tab" value="terminal">
            {t('work.terminal')}
          </Tabs.Tab>
          <Tabs.Tab className="tab" value="editor">
            {t('work.editor')}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel className="tab-panel" value="terminal" keepMounted tabIndex={-1}>
          <div className="work" id="work-terminal">
            <TerminalView />
          </div>
        </Tabs.Panel>
        <Tabs.Panel className="tab-panel" value="editor" keepMounted tabIndex={-1}>
          <div className="work" id="work-editor">
            <Suspense fallback={<p className="hint pad">{t('app.loading')}</p>}>
              {workTab === 'editor' ? <ManifestEditor /> : null}
            </Suspense>
          </div>
        </Tabs.Panel>
      </Tabs.Root>
    </section>
  );
}
