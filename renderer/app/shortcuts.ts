import { useEffect, useState } from 'react';
import { tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';

/** Every shortcut: the list shown to the learner and the keys that work are the same. */
export const SHORTCUTS = [
  { id: 'panes', keys: ['F6'] },
  { id: 'panesBack', keys: ['Shift', 'F6'] },
  { id: 'step', keys: ['Alt', '→'] },
  { id: 'back', keys: ['Alt', '←'] },
  { id: 'second', keys: ['Alt', '↑'] },
  { id: 'settle', keys: ['Alt', 'End'] },
  { id: 'play', keys: ['Alt', 'P'] },
  { id: 'terminal', keys: ['Alt', 'T'] },
  { id: 'editor', keys: ['Alt', 'E'] },
  { id: 'help', keys: ['Alt', '/'] },
] as const;

/** Keys with Alt work everywhere, also while the terminal or the editor has the focus. */
const ALT_KEYS: Readonly<Record<string, () => void>> = {
  ArrowRight: () => tell('move', { kind: 'step' }),
  ArrowLeft: () => tell('seek', { kind: 'by', steps: -1 }),
  ArrowUp: () => tell('move', { kind: 'advance', milliseconds: 1000 }),
  End: () => tell('move', { kind: 'settle' }),
  KeyP: () => togglePlay(),
  KeyT: () => showWork('terminal'),
  KeyE: () => showWork('editor'),
};

export function togglePlay(): void {
  const { state } = useSession.getState();
  if (state?.isRunning) tell('pause', null);
  else tell('play', { speed: state?.speed ?? 1 });
}

function showWork(workTab: 'terminal' | 'editor'): void {
  useSession.setState({ workTab });
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`#work-${workTab} textarea, #work-${workTab} [role="textbox"]`)?.focus();
  });
}

function cyclePane(direction: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  const active = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(active + direction + panes.length) % panes.length];
  next?.focus();
}

/** Installs the shortcuts; answers whether their list is open. */
export function useShortcuts(): [boolean, (isOpen: boolean) => void] {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'F6') {
        event.preventDefault();
        event.stopPropagation();
        cyclePane(event.shiftKey ? -1 : 1);
        return;
      }
      if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
      const action = event.code === 'Slash' ? () => setIsOpen(true) : ALT_KEYS[event.code];
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, []);
  return [isOpen, setIsOpen];
}
