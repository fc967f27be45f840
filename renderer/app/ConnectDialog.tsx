import { Dialog } from '@base-ui/react/dialog';
import { Check, Copy, Plug, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isKeptElsewhere } from '../connection/transports.ts';
import { ask, showError } from '../state/engine.ts';

interface Door {
  readonly url: string;
  readonly command: string;
}

/** Lets the learner's own kubectl into this cluster: opens the door, and gives the command that leads a shell through it. */
export function ConnectDialog() {
  const { t } = useTranslation();
  const [door, setDoor] = useState<Door>();
  // A page without a process behind it has no door.
  if (!isKeptElsewhere()) return null;
  const onOpenChange = (isOpen: boolean) => {
    if (!isOpen) setDoor(undefined);
    else ask('clients.connect', null).then(setDoor).catch(showError);
  };
  return (
    <Dialog.Root open={door !== undefined} onOpenChange={onOpenChange}>
      <Dialog.Trigger className="icon-button" aria-label={t('connect.title')} title={t('connect.title')}>
        <Plug aria-hidden />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <header className="dialog-head">
            <Dialog.Title className="dialog-title">{t('connect.title')}</Dialog.Title>
            <Dialog.Close className="icon-button" aria-label={t('app.close')}>
              <X aria-hidden />
            </Dialog.Close>
          </header>
          {door && <Way door={door} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Way({ door: { url, command } }: { readonly door: Door }) {
  const { t } = useTranslation();
  const [isCopied, setIsCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
      setIsCopied(true);
    } catch {
      // Without the right to write to the clipboard: ready for the keyboard.
      field.current?.focus();
      field.current?.select();
    }
  };
  return (
    <>
      <p>{t('connect.how')}</p>
      <div className="connect-command">
        <input ref={field} readOnly value={command} aria-label={t('connect.command')} />
        <button type="button" className="icon-button with-text" onClick={() => void copy()}>
          {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />}
          {t(isCopied ? 'connect.copied' : 'connect.copy')}
        </button>
      </div>
      <p className="hint">{t('connect.hint', { url })}</p>
    </>
  );
}
