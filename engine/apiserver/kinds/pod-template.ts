import type { ErrorList } from '../validation/field.ts';
import { validatePodTemplate } from '../validation/pod-template.ts';
import { defineKind } from './define.ts';
import { withField } from './fields.ts';
import { withTemplateDefaults } from './pod-defaults.ts';
import { templateWarningsAt } from './pod-warnings.ts';

/** Source: `pkg/registry/core/podtemplate/strategy.go`. */
export const podTemplate = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  hasGeneration: true,
  setDefaults: (object) => withField(object, 'template', withTemplateDefaults(object.template ?? {})) as typeof object,
  raisesGeneration: (next, previous) => next.template !== previous.template,
  warnings: ({ template }) => templateWarningsAt(template, 'template'),
  validate: ({ template }) => {
    const errors: ErrorList = [];
    validatePodTemplate(template, 'template', errors);
    return errors;
  },
});
