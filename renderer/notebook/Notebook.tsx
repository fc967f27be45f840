import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { LessonText } from '../../engine/protocol/views.ts';
import { type Cell, type LessonNotebook, LessonTextError, parseNotebook } from '../../lessons/index.ts';
import { Pane } from '../app/Pane.tsx';
import { useSession } from '../state/session-store.ts';
import { useSettings } from '../state/settings.ts';
import { begin } from './begin.ts';
import { CheckCell } from './CheckCell.tsx';
import { CommandCell } from './CommandCell.tsx';
import { FaultCell } from './FaultCell.tsx';
import { LessonEnd } from './LessonEnd.tsx';
import { LessonList } from './LessonList.tsx';
import { ManifestCell } from './ManifestCell.tsx';
import { PredictionCell } from './PredictionCell.tsx';
import { Solution } from './Solution.tsx';
import { StepCell } from './StepCell.tsx';

/** The lesson: text and cells that do something, in one column. */
export function Notebook() {
  const { t } = useTranslation();
  const lesson = useSession((session) => session.lesson);
  return (
    <Pane
      id="notebook"
      title={lesson ? t('lesson.number', { id: lesson.id }) : t('lesson.title')}
      actions={
        lesson ? (
          <button type="button" className="button button-quiet" onClick={() => begin(lesson.id)}>
            {t('lesson.restart')}
          </button>
        ) : undefined
      }
    >
      {lesson ? <Cells lesson={lesson} /> : <LessonList />}
    </Pane>
  );
}

type Parsed = { readonly notebook: LessonNotebook } | { readonly problem: string };

function parse(text: string): Parsed {
  try {
    return { notebook: parseNotebook(text) };
  } catch (error) {
    if (!(error instanceof LessonTextError)) throw error;
    return { problem: error.message };
  }
}

function Cells({ lesson }: { readonly lesson: LessonText }) {
  const { t } = useTranslation();
  const language = useSettings((settings) => settings.language);
  const parsed = useMemo(() => parse(lesson.text[language]), [lesson, language]);
  if ('problem' in parsed) {
    return (
      <div className="cell cell-broken" role="alert">
        <p>{t('lesson.broken', { id: lesson.id, file: `${language}.md` })}</p>
        <code>{parsed.problem}</code>
      </div>
    );
  }
  return (
    <article className="notebook" lang={language === 'zh' ? 'zh-CN' : 'en'}>
      {parsed.notebook.cells.map((cell, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: both languages have the same cells in the same order
        <CellView key={`${lesson.id}.${index}`} cell={cell} lesson={lesson} />
      ))}
      <Solution acts={lesson.solution} />
      <LessonEnd lesson={lesson.id} checks={checksOf(parsed.notebook)} />
    </article>
  );
}

function checksOf({ cells }: LessonNotebook): string[] {
  return cells.flatMap((cell) => (cell.kind === 'check' ? [cell.name] : []));
}

function CellView({ cell, lesson }: { readonly cell: Cell; readonly lesson: LessonText }) {
  switch (cell.kind) {
    case 'prose':
      return (
        <div className="prose">
          <Markdown remarkPlugins={[remarkGfm]} components={{ h1: 'h3', h2: 'h4', h3: 'h5' }}>
            {cell.text}
          </Markdown>
        </div>
      );
    case 'command':
      return <CommandCell line={cell.line} />;
    case 'manifest':
      return <ManifestCell file={cell.file} text={lesson.files[cell.file] ?? ''} />;
    case 'step':
      return <StepCell move={cell.move} label={cell.label} />;
    case 'fault':
      return <FaultCell action={cell.action} component={cell.component} label={cell.label} />;
    case 'predict':
      return <PredictionCell lesson={lesson.id} name={cell.name} question={cell.question} choices={cell.choices} />;
    case 'check':
      return <CheckCell lesson={lesson.id} name={cell.name} text={cell.text} />;
  }
}
