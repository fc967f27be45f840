import type { ITheme } from '@xterm/xterm';

/** The terminal's colours come from the same tokens as everything else. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    background: token('terminal'),
    foreground: token('ink'),
    cursor: token('brass-strong'),
    cursorAccent: token('terminal'),
    selectionBackground: token('selection'),
    black: token('ink'),
    red: token('bad'),
    green: token('good'),
    yellow: token('warning'),
    blue: token('accent'),
    magenta: token('violet'),
    cyan: token('teal'),
    white: token('faint'),
    brightBlack: token('faint'),
  };
}
