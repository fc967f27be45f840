import 'monaco-yaml/yaml.worker.js';
import { config } from '@vscode/l10n';
import { zhYaml } from '../locales/zh-yaml.ts';

// The worker bears the name of the window's language.
if (self.name === 'zh') config({ contents: zhYaml });
