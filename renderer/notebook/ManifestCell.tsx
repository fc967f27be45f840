import { FilePenLine } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { openFile } from '../editor/editor-store.ts';
import { YamlText } from '../inspector/YamlText.tsx';

interface Props {
  readonly file: string;
  readonly text: string;
}

/** A file of the lesson; the button opens it in the editor, where it can be changed and applied. */
export function ManifestCell({ file, text }: Props) {
  const { t } = useTranslation();
  return (
    <div className="cell cell-manifest">
      <div className="cell-head">
        <strong>{file}</strong>
        <button type="button" className="button" onClick={() => openFile(file, text)}>
          <FilePenLine aria-hidden />
          {t('cell.edit')}
        </button>
      </div>
      <YamlText text={text.trimEnd()} />
    </div>
  );
}
