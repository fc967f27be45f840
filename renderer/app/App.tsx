import { useTranslation } from 'react-i18next';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { Toaster } from 'sonner';
import { Inspector } from '../inspector/Inspector.tsx';
import { ClusterMap } from '../map/ClusterMap.tsx';
import { Notebook } from '../notebook/Notebook.tsx';
import { ObjectList } from '../objects/ObjectList.tsx';
import { useSession } from '../state/session-store.ts';
import { isDark, useSettings } from '../state/settings.ts';
import { TimeBar } from '../time/TimeBar.tsx';
import { Header } from './Header.tsx';
import { useStoredLayout } from './layout.ts';
import { useMediaQuery } from './media-query.ts';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { useShortcuts } from './shortcuts.ts';
import { WorkPane } from './WorkPane.tsx';

/** The whole window. */
export function App() {
  const { t } = useTranslation();
  const status = useSession((session) => session.status);
  const failure = useSession((session) => session.failure);
  const theme = useSettings((settings) => settings.theme);
  const [showsShortcuts, setShowsShortcuts] = useShortcuts();
  if (status === 'failed') return <Failure message={failure ?? ''} />;
  return (
    <div className="app">
      <a className="skip-link" href="#pane-notebook">
        {t('app.skip')}
      </a>
      <Header onShortcuts={() => setShowsShortcuts(true)} />
      <main className="app-body" aria-busy={status === 'connecting'}>
        <Panes />
      </main>
      <TimeBar />
      <ShortcutsDialog isOpen={showsShortcuts} onOpenChange={setShowsShortcuts} />
      <Toaster
        theme={isDark(theme) ? 'dark' : 'light'}
        position="bottom-right"
        offset={{ bottom: 84, right: 20 }}
        closeButton
        containerAriaLabel={t('app.messages')}
      />
    </div>
  );
}

/** Below this width panes beside each other are too narrow to read: they stand one below the other. */
const NARROW = '(max-width: 760px)';

function Panes() {
  const isNarrow = useMediaQuery(NARROW);
  return isNarrow ? <StackedPanes /> : <ResizablePanes />;
}

function StackedPanes() {
  return (
    <div className="stacked-panes">
      <Notebook />
      <ClusterMap />
      <WorkPane />
      <ObjectList />
      <Inspector />
    </div>
  );
}

function ResizablePanes() {
  const columns = useStoredLayout('columns');
  const middle = useStoredLayout('middle');
  const side = useStoredLayout('side');
  return (
    <Group id="columns" orientation="horizontal" {...columns}>
      <Panel id="left" defaultSize="27%" minSize="240px">
        <Notebook />
      </Panel>
      <Handle />
      <Panel id="centre" defaultSize="47%" minSize="320px">
        <Group id="middle" orientation="vertical" {...middle}>
          <Panel id="map" defaultSize="60%" minSize="120px">
            <ClusterMap />
          </Panel>
          <Handle isFlat />
          <Panel id="work" defaultSize="40%" minSize="120px">
            <WorkPane />
          </Panel>
        </Group>
      </Panel>
      <Handle />
      <Panel id="right" defaultSize="26%" minSize="240px">
        <Group id="side" orientation="vertical" {...side}>
          <Panel id="objects" defaultSize="42%" minSize="120px">
            <ObjectList />
          </Panel>
          <Handle isFlat />
          <Panel id="inspector" defaultSize="58%" minSize="120px">
            <Inspector />
          </Panel>
        </Group>
      </Panel>
    </Group>
  );
}

function Handle({ isFlat = false }: { readonly isFlat?: boolean }) {
  const { t } = useTranslation();
  return <Separator className={isFlat ? 'handle handle-flat' : 'handle'} aria-label={t('app.resize')} />;
}

function Failure({ message }: { readonly message: string }) {
  const { t } = useTranslation();
  return (
    <main className="failure" role="alert">
      <h1>{t('app.failed')}</h1>
      <p>{message}</p>
      <button type="button" className="button button-primary" onClick={() => window.location.reload()}>
        {t('app.reload')}
      </button>
    </main>
  );
}
