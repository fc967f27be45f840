import common from './descriptions/common.json' with { type: 'json' };
import configuration from './descriptions/configuration.json' with { type: 'json' };
import network from './descriptions/network.json' with { type: 'json' };
import pods from './descriptions/pods.json' with { type: 'json' };
import workloads from './descriptions/workloads.json' with { type: 'json' };

/** The languages that fields are described in. */
export type Language = 'en' | 'zh';

/** A text in English and in Simplified Chinese. */
type Texts = readonly string[];

/** Texts by type, then by field; `.` is the type itself. They are our own. */
const DESCRIPTIONS: Readonly<Record<string, Readonly<Record<string, Texts>>>> = {
  ...common,
  ...pods,
  ...workloads,
  ...network,
  ...configuration,
};

/** Fields that every kind has in common. */
const COMMON = '*';

/** What a type, or a field of it, is for; undefined where nobody has said it. `type` is `io.k8s.api.core.v1.Pod`. */
export function descriptionOf(type: string, field: string | undefined, language: Language): string | undefined {
  const texts = DESCRIPTIONS[type.slice(type.lastIndexOf('.') + 1)];
  const found = texts?.[field ?? '.'] ?? (field === undefined ? undefined : DESCRIPTIONS[COMMON]?.[field]);
  return found?.[language === 'zh' ? 1 : 0];
}

/** The language that a client would like, by its `Accept-Language` header. */
export function languageOf(header: string | undefined): Language {
  return header?.trim().toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
}
