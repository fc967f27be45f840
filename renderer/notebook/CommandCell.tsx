import { Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';

/** A line that the button types into the terminal. */
export function CommandCell({ line }: { readonly line: string }) {
  const { t } = useTranslation();
  const run = () => {
    useSession.setState({ workTab: 'terminal' });
    tell('terminal.type', { text: `${line}\n` });
  };
  return (
    <div className="cell cell-command">
      <pre>
        <code>
          {line.split(/(?<=\s)/).map((word, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: words have no other identity
            <span key={index} className="word">
              {word}
            </span>
          ))}
        </code>
      </pre>
      <button type="button" className="button" onClick={run} aria-label={t('cell.run-line', { line })}>
        <Play aria-hidden />
        {t('cell.run')}
      </button>
    </div>
  );
}
