import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { SHORTCUTS } from './shortcuts.ts';

interface Props {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** The list of keyboard shortcuts. */
export function ShortcutsDialog({ isOpen, onOpenChange }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open={isOpen} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <header className="dialog-head">
            <Dialog.Title className="dialog-title">{t('shortcuts.title')}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={t('app.close')}>
              <X aria-hidden />
            </Dialog.Close>
          </header>
          <dl className="shortcut-list">
            {SHORTCUTS.map(({ id, keys }) => (
              <div key={id}>
                <dt>{t(`shortcuts.${id}`)}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
          <p className="hint">{t('shortcuts.terminal-hint')}</p>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
