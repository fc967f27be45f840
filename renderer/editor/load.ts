import type { Language } from '../state/settings.ts';

/** Monaco takes its texts when it is loaded, so its language has to be there first. */
export async function loadMonaco(language: Language) {
  if (language === 'zh') await import('monaco-editor/nls/lang/zh-cn.js');
  return import('./monaco.ts');
}
