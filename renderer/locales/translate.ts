import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { useSettings } from '../state/settings.ts';
import { en } from './en.ts';
import { SENTENCES } from './said.ts';
import { zh } from './zh.ts';
import { zhSentences } from './zh-sentences.ts';

/** Starts in the language of the settings and follows them. */
export function startLocales(): void {
  void i18next.use(initReactI18next).init({
    lng: useSettings.getState().language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, zh: { translation: zh, [SENTENCES]: zhSentences } },
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  useSettings.subscribe(({ language }) => void i18next.changeLanguage(language));
}

/** For texts outside of components. */
export function translate(key: string, values: Record<string, string | number> = {}): string {
  return i18next.t(key, values);
}
