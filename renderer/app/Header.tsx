import { CircleHelp, FolderOpen, Languages, MonitorCog, Moon, Save, Sun } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, openFreeCluster, openLesson, openSession, showError } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { type Theme, useSettings } from '../state/settings.ts';
import { ConnectDialog } from './ConnectDialog.tsx';
import { Mark } from './Mark.tsx';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const THEME_ICONS = { system: MonitorCog, light: Sun, dark: Moon } as const;

/** Name, lesson, files, language and theme. */
export function Header({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const { t } = useTranslation();
  const { language, theme } = useSettings();
  const ThemeIcon = THEME_ICONS[theme];
  const nextTheme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
  const other = language === 'en' ? 'zh' : 'en';
  return (
    <header className="app-head">
      <div className="brand">
        <Mark />
        <h1>Orrery</h1>
      </div>
      <LessonPicker />
      <div className="spacer" />
      <ConnectDialog />
      <Files />
      <span className="divider" />
      <button
        type="button"
        className="icon-button with-text"
        onClick={() => useSettings.setState({ language: other })}
        lang={other === 'zh' ? 'zh-CN' : 'en'}
      >
        <Languages aria-hidden />
        {other === 'zh' ? '简体中文' : 'English'}
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t(`theme.${theme}`)}
        title={t(`theme.${theme}`)}
        onClick={() => useSettings.setState({ theme: nextTheme })}
      >
        <ThemeIcon aria-hidden />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('shortcuts.title')}
        title={t('shortcuts.title')}
        onClick={onShortcuts}
      >
        <CircleHelp aria-hidden />
      </button>
    </header>
  );
}

function LessonPicker() {
  const { t } = useTranslation();
  const language = useSettings((settings) => settings.language);
  const lessons = useSession((session) => session.lessons);
  const lesson = useSession((session) => session.lesson);
  if (lessons.length === 0) return null;
  return (
    <select
      className="select lesson-select"
      aria-label={t('lesson.choose')}
      value={lesson?.id ?? ''}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{t('lesson.free')}</option>
      {lessons.map(({ id, title }) => (
        <option key={id} value={id}>
          {id} · {title[language]}
        </option>
      ))}
    </select>
  );
}

/** Nodes of a cluster without a lesson. */
const FREE_NODES = 3;

function choose(id: string): void {
  (id === '' ? openFreeCluster(FREE_NODES) : openLesson(id)).catch(showError);
}

function Files() {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onMenu = (event: Event) => {
      const { action, text } = (event as CustomEvent<{ action: 'open' | 'save'; text?: string }>).detail;
      if (action === 'save') save().catch(showError);
      else openSession(text ?? '').catch(showError);
    };
    window.addEventListener('orrery-menu', onMenu);
    return () => window.removeEventListener('orrery-menu', onMenu);
  }, []);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={t('file.open')}
        title={t('file.open')}
        onClick={() => input.current?.click()}
      >
        <FolderOpen aria-hidden />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={t('file.save')}
        title={t('file.save')}
        onClick={() => save().catch(showError)}
      >
        <Save aria-hidden />
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".orrery,.json"
        aria-label={t('file.open')}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          file?.text().then(openSession).catch(showError);
        }}
      />
    </>
  );
}

async function save(): Promise<void> {
  const { text } = await ask('session.save', null);
  if (window.orrery) {
    window.orrery.save(text);
    return;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = 'session.orrery';
  link.click();
  URL.revokeObjectURL(link.href);
}
