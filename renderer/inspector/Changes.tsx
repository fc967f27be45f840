import { structuredPatch } from 'diff';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const CONTEXT_LINES = 2;

const CLASSES: Readonly<Record<string, string>> = { '+': 'line-added', '-': 'line-removed' };

interface Props {
  readonly before: string;
  readonly after: string;
}

/** What the last change did, line by line; the sign in front says the same as the colour. */
export function Changes({ before, after }: Props) {
  const { t } = useTranslation();
  const hunks = useMemo(
    () => structuredPatch('', '', before, after, '', '', { context: CONTEXT_LINES }).hunks,
    [before, after],
  );
  if (hunks.length === 0) return <p className="hint pad">{t('inspector.no-changes')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <pre className="code" tabIndex={0}>
      {hunks.map((hunk) => (
        <span key={`${hunk.oldStart},${hunk.newStart}`} className="hunk">
          {hunk.lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
            <span key={index} className={`line ${CLASSES[line[0] ?? ''] ?? ''}`}>
              {line}
            </span>
          ))}
        </span>
      ))}
    </pre>
  );
}
