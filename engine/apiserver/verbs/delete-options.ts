import { type Call, parameter, refuse } from '../call.ts';
import { decodeOptions } from '../codec.ts';
import { badRequest, invalid } from '../errors.ts';
import { decodingProblems } from '../schema/decode-problems.ts';
import { reader, type Trouble } from '../schema/reader.ts';
import { typeSchema } from '../schema/schemas.ts';
import { type ErrorList, invalid as invalidField, notSupported } from '../validation/field.ts';

/** `meta/v1 DeleteOptions`, from body or query. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly dryRun?: readonly string[];
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];
const NOT_AN_OBJECT =
  'json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
/** A hundred years: what is longer has no date. */
const LONGEST_GRACE = 3_155_760_000;

/** The options of a deletion: those of the body, or where there is none those of the query. */
export function deleteOptions(call: Call): DeleteOptions {
  const body = decodeOptions(call.request.body);
  return checkedOptions(Object.keys(body).length === 0 ? queryOptions(call) : body);
}

function queryOptions(call: Call): object {
  const seconds = parameter(call.request, 'gracePeriodSeconds');
  const policy = parameter(call.request, 'propagationPolicy');
  const orphan = parameter(call.request, 'orphanDependents');
  if (seconds !== undefined && !/^[-+]?\d+$/.test(seconds))
    refuse(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(seconds)}: invalid syntax`));
  return {
    ...(seconds === undefined ? {} : { gracePeriodSeconds: Number(seconds) }),
    ...(policy === undefined ? {} : { propagationPolicy: policy }),
    ...(orphan === undefined ? {} : { orphanDependents: orphan === 'true' || orphan === '1' }),
  };
}

/** Options as their type wants them (`ValidateDeleteOptions` in `k8s.io/apimachinery/pkg/apis/meta/v1/validation`). */
export function checkedOptions(given: object): DeleteOptions {
  if (Array.isArray(given)) refuse(badRequest(`couldn't get version/kind; json parse error: ${NOT_AN_OBJECT}`));
  const schema = typeSchema('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions');
  const trouble: Trouble = { found: false };
  const options = reader(schema)(given, trouble) as DeleteOptions;
  const { error } = trouble.found ? decodingProblems(schema, given) : {};
  if (error !== undefined)
    refuse(badRequest(`DeleteOptions in version "v1" cannot be handled as a DeleteOptions: ${error}`));
  const errors = optionErrors(options);
  if (errors.length > 0) refuse(invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors));
  const { gracePeriodSeconds: seconds } = options;
  return seconds !== undefined && seconds > LONGEST_GRACE ? { ...options, gracePeriodSeconds: LONGEST_GRACE } : options;
}

function optionErrors({ propagationPolicy: policy, orphanDependents, dryRun = [] }: DeleteOptions): ErrorList {
  const errors: ErrorList = [];
  if (policy !== undefined && orphanDependents !== undefined) {
    const text = 'orphanDependents and deletionPropagation cannot be both set';
    errors.push(invalidField('propagationPolicy', policy, text));
  }
  if (policy !== undefined && !POLICIES.includes(policy))
    errors.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']));
  if (dryRun.some((value) => value !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  return errors;
}
