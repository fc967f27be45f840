import { create } from 'zustand';

export type Theme = 'system' | 'light' | 'dark';
export type Language = 'en' | 'zh';

interface Settings {
  readonly theme: Theme;
  readonly language: Language;
}

const KEY = 'orrery.settings';

function stored(): Settings {
  const language: Language = navigator.language.startsWith('zh') ? 'zh' : 'en';
  try {
    return { theme: 'system', language, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>) };
  } catch {
    return { theme: 'system', language };
  }
}

export const useSettings = create<Settings>(stored);

useSettings.subscribe((settings) => localStorage.setItem(KEY, JSON.stringify(settings)));

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

export function isDark(theme: Theme): boolean {
  return theme === 'system' ? darkQuery.matches : theme === 'dark';
}

/** Writes theme and language onto the document, and tells the app's menu, now and whenever they change. */
export function followSettings(): void {
  const apply = () => {
    const { theme, language } = useSettings.getState();
    document.documentElement.dataset.theme = isDark(theme) ? 'dark' : 'light';
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    window.orrery?.speak(language);
  };
  apply();
  useSettings.subscribe(apply);
  darkQuery.addEventListener('change', apply);
}
