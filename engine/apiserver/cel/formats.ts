import { hasFormat } from '../customresources/formats.ts';
import {
  dns1035Label,
  dnsLabel,
  dnsSubdomain,
  labelValue,
  maskTrailingDash,
  qualifiedName,
} from '../validation/names.ts';
import { type Implementation, library, type Overload } from './function.ts';
import { Opaque, OptionalValue } from './value.ts';

const TYPE = 'kubernetes.NamedFormat';

type Check = (text: string) => readonly string[];

function byFormat(format: string, why: string): Check {
  return (text) => (hasFormat(format, text) ? [] : [why]);
}

const FORMATS: Readonly<Record<string, Check>> = {
  dns1123Label: dnsLabel,
  dns1123Subdomain: dnsSubdomain,
  dns1035Label,
  qualifiedName,
  dns1123LabelPrefix: (text) => dnsLabel(maskTrailingDash(text)),
  dns1123SubdomainPrefix: (text) => dnsSubdomain(maskTrailingDash(text)),
  dns1035LabelPrefix: (text) => dns1035Label(maskTrailingDash(text)),
  labelValue,
  uri: (text) => (hasFormat('uri', text) ? [] : [`parse ${JSON.stringify(text)}: invalid URI for request`]),
  uuid: byFormat('uuid', 'does not match the UUID format'),
  byte: byFormat('byte', 'invalid base64'),
  date: byFormat('date', 'invalid date'),
  datetime: byFormat('datetime', 'invalid datetime'),
};

function named(name: string): Opaque {
  return new Opaque(TYPE, name, name);
}

function validate({ key }: Opaque, text: string): OptionalValue {
  const wrong = (FORMATS[key] as Check)(text);
  return new OptionalValue(wrong.length === 0 ? undefined : [...wrong]);
}

const CONSTANTS = Object.keys(FORMATS).map((name): [string, Implementation] => [
  `format.${name}: () -> ${TYPE}`,
  () => named(name),
]);

/** Source: `k8s.io/apiserver/pkg/cel/library/format.go`. */
export const FORMAT: readonly Overload[] = library({
  ...Object.fromEntries(CONSTANTS),
  [`format.named: (string) -> optional(${TYPE})`]: (name: string) =>
    new OptionalValue(Object.hasOwn(FORMATS, name) ? named(name) : undefined),
  [`validate: ${TYPE}.(string) -> optional(list(string))`]: validate,
});
