import type { KubeObject } from '../../object.ts';
import { apiPath, apiVersionOf } from '../discovery.ts';
import { CommandFailure, failure, ServerFailure } from '../failure.ts';
import { annotationOwners, upgradePatch } from '../generate/managed-fields.ts';
import type { Resource } from '../resources/object.ts';
import { fetchNamed } from '../resources/selection.ts';
import type { Task } from '../task.ts';
import { LAST_APPLIED } from '../writing.ts';
import { type ApplyRun, applyQuery, markVisited, told, warnIfDeleting } from './apply-run.ts';

const MANAGER = 'kubectl';
const ANNOTATION_MANAGER = 'kubectl-last-applied';
const ATTEMPTS = 5;

/** Lets the server merge, and hands over what client-side apply owned before. */
export function* applyOnServer(run: ApplyRun, resource: Resource): Task {
  const { flags } = run.session;
  const manager = flags.isSet('field-manager') ? flags.string('field-manager') : MANAGER;
  let object: KubeObject;
  try {
    object = yield* applied(run, resource, resource.object, manager, flags.string('subresource'));
  } catch (error) {
    throw error instanceof ServerFailure && error.reason === 'Conflict' ? conflictFailure(error) : error;
  }
  const current = yield* migrated(run, { ...resource, object }, resource.object, manager);
  yield* warnIfDeleting(run, current);
  markVisited(run, current);
  yield* told(run, current, 'serverside-applied');
}

function* applied(
  run: ApplyRun,
  { mapping, namespace, name }: Resource,
  body: object,
  manager: string,
  subresource = '',
): Task<KubeObject> {
  const { session } = run;
  if (name === '') throw failure('resource name may not be empty');
  return (yield* session.send('PATCH', apiPath(mapping, namespace, name, subresource || undefined), {
    query: { ...applyQuery(run, manager), force: String(session.flags.boolean('force-conflicts')) },
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body,
  })) as KubeObject;
}

/** The object after migration. What goes wrong with it is only warned about: the object itself was applied. */
function* migrated(run: ApplyRun, resource: Resource, wanted: KubeObject, manager: string): Task<Resource> {
  let current = resource;
  let step = 'failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply';
  try {
    current = yield* withSavedAnnotation(run, current, manager);
    step = 'server rejected managed fields migration to Server-Side Apply';
    const handed = yield* handedOver(run, current, manager);
    if (!handed) return current;
    current = handed;
    step = 'failed to re-apply configuration after performing Server-Side Apply migration';
    return { ...current, object: yield* applied(run, current, wanted, manager) };
  } catch (error) {
    if (!(error instanceof ServerFailure || error instanceof CommandFailure)) throw error;
    yield* run.session.warn(
      `${step}. This is non-fatal and will be retried next time you apply. Error: ${error.message}`,
    );
    return current;
  }
}

/** Keeps the annotation of client-side apply: a manager of its own takes it. */
function* withSavedAnnotation(run: ApplyRun, resource: Resource, manager: string): Task<Resource> {
  const { mapping, namespace, name, object } = resource;
  const text = object.metadata.annotations?.[LAST_APPLIED];
  if (manager !== MANAGER || text === undefined || annotationOwners(object, 'Apply').length > 0) return resource;
  const body = {
    apiVersion: apiVersionOf(mapping),
    kind: mapping.kind,
    metadata: { name, ...(namespace ? { namespace } : {}), annotations: { [LAST_APPLIED]: text } },
  };
  const saved = (yield* run.session.send('PATCH', apiPath(mapping, namespace, name), {
    query: applyQuery(run, ANNOTATION_MANAGER),
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body,
  })) as KubeObject;
  return { ...resource, object: saved };
}

function* handedOver(run: ApplyRun, resource: Resource, manager: string): Task<Resource | undefined> {
  const { mapping, namespace, name } = resource;
  let current = resource;
  for (let attempt = 1; ; attempt++) {
    const body = upgradePatch(current.object, manager);
    if (!body) return undefined;
    try {
      const object = (yield* run.session.send('PATCH', apiPath(mapping, namespace, name), {
        query: applyQuery(run, manager),
        headers: { 'content-type': 'application/json-patch+json' },
        body,
      })) as KubeObject;
      return { ...current, object };
    } catch (error) {
      if (!(error instanceof ServerFailure) || error.reason !== 'Conflict' || attempt === ATTEMPTS) throw error;
      current = yield* fetchNamed(run.session, mapping, namespace, name);
    }
  }
}

function conflictFailure(error: ServerFailure): CommandFailure {
  return failure(`${error.message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`);
}
