import '@xterm/xterm/css/xterm.css';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { showError } from '../state/engine.ts';
import { useSettings } from '../state/settings.ts';
import { type MountedTerminal, mountTerminal } from './terminal.ts';

/** The learner's terminal. */
export function TerminalView() {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<MountedTerminal>();
  const theme = useSettings((settings) => settings.theme);
  const label = t('work.terminal');
  useEffect(() => {
    let mounted: MountedTerminal | undefined;
    let isGone = false;
    mountTerminal(element.current as HTMLDivElement)
      .then((made) => {
        if (isGone) made.dispose();
        else {
          mounted = made;
          setTerminal(made);
        }
      })
      .catch(showError);
    return () => {
      isGone = true;
      mounted?.dispose();
    };
  }, []);
  useEffect(() => terminal?.setLabel(label), [terminal, label]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours follow the theme
  useEffect(() => {
    requestAnimationFrame(() => terminal?.retheme());
    const query = window.matchMedia('(prefers-color-scheme: dark)');
    const follow = () => terminal?.retheme();
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, [terminal, theme]);
  return (
    <div className="terminal-view">
      <SearchBar terminal={terminal} />
      <div className="terminal" ref={element} />
    </div>
  );
}

function SearchBar({ terminal }: { readonly terminal?: MountedTerminal }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  return (
    <search className="terminal-search">
      <Search aria-hidden />
      <input
        type="search"
        value={query}
        placeholder={t('work.search')}
        aria-label={t('work.search')}
        onChange={(event) => {
          setQuery(event.target.value);
          terminal?.search.findPrevious(event.target.value, { incremental: true });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') terminal?.search.findPrevious(query);
          if (event.key === 'Escape') terminal?.focus();
        }}
      />
    </search>
  );
}
