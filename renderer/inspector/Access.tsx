import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { AccessView, ObjectReference } from '../../engine/protocol/views.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { select, tell } from '../state/engine.ts';
import { useSession } from '../state/session-store.ts';
import { useAnswer } from '../state/use-answer.ts';
import { elapsed } from '../time/format.ts';

type Explanation = AccessView['explanation'];
type NearMiss = Explanation['nearest'][number];
type Rule = NearMiss['rule'];
type Named = NearMiss['role'];

/** What the API server decided about requests that concern an object: who asked for what, which rule allowed it or came nearest. */
export function Access({ reference }: { readonly reference: ObjectReference }) {
  const { t } = useTranslation();
  const decisions = useAnswer('access.explain', { object: reference })?.decisions;
  if (decisions === undefined) return null;
  if (decisions.length === 0) return <p className="hint pad">{t('access.none')}</p>;
  return (
    <>
      <p className="hint pad">{t('access.hint')}</p>
      <ul className="scheduling-list">
        {decisions.map((decision) => (
          <DecisionItem key={`${decision.step} ${decision.request}`} decision={decision} />
        ))}
      </ul>
    </>
  );
}

function DecisionItem({ decision: { step, time, request, count, explanation } }: { readonly decision: AccessView }) {
  const { t } = useTranslation();
  const start = useSession((session) => session.state?.start ?? 0);
  const { attributes, decision, allowedBy, nearest } = explanation;
  const isAllowed = decision.decision === 'Allow';
  return (
    <li>
      <details open={!isAllowed}>
        <summary>
          <StatusMark tone={isAllowed ? 'good' : 'bad'} />
          <strong>{attributes.user.name}</strong> {t(isAllowed ? 'access.may' : 'access.may-not')}{' '}
          <code>{wanted(attributes)}</code>
          {count > 1 ? <span className="badge">×{count}</span> : null}
        </summary>
        <p>
          <code>{request}</code>, {elapsed(time - start)}{' '}
          <button type="button" className="link-button" onClick={() => tell('seek', { kind: 'step', step })}>
            {t('scheduling.go', { step })}
          </button>
        </p>
        {allowedBy ? <RuleLine reference={allowedBy} verdict={t('access.rule-allows')} /> : null}
        {!allowedBy ? <OtherReason explanation={explanation} /> : null}
        {nearest.length > 0 ? <p>{t('access.nearest')}</p> : null}
        {nearest.map((miss) => (
          <RuleLine
            key={JSON.stringify([miss.role, miss.binding, miss.index])}
            reference={miss}
            verdict={lacking(miss, t)}
          />
        ))}
      </details>
    </li>
  );
}

/** Why no rule stands for it: another authoriser allowed or refused, or nobody said anything. */
function OtherReason({ explanation: { authorizers, decision } }: { readonly explanation: Explanation }) {
  const { t } = useTranslation();
  const mode = authorizers.at(-1)?.mode ?? '';
  if (decision.decision === 'Allow') {
    return <p>{t(mode === 'system:masters' ? 'access.privileged' : 'access.by-mode', { mode })}</p>;
  }
  return (
    <>
      <p>{t('access.nobody', { modes: authorizers.map((each) => each.mode).join(', ') })}</p>
      {decision.reason === '' ? null : <p>{decision.reason}</p>}
    </>
  );
}

interface RuleLineProps {
  readonly reference: Omit<NearMiss, 'lacks'>;
  readonly verdict: string;
}

function RuleLine({ reference: { role, index, rule, binding, subject }, verdict }: RuleLineProps) {
  const { t } = useTranslation();
  return (
    <p>
      {verdict} {t('access.rule', { number: index + 1 })} <ObjectLink object={role} />
      {binding ? (
        <>
          {' '}
          {t('access.through')} <ObjectLink object={binding} />
          {subject ? ` (${subject.kind} ${subject.name})` : null}
        </>
      ) : null}
      <br />
      <code>{ruleText(rule)}</code>
    </p>
  );
}

function ObjectLink({ object: { kind, name, namespace = '' } }: { readonly object: Named }) {
  const resource = `${kind.toLowerCase()}s.rbac.authorization.k8s.io`;
  return (
    <button type="button" className="link-button" onClick={() => select({ resource, namespace, name })}>
      {kind} {name}
    </button>
  );
}

/** `list pods in default`, in the words of rules. */
function wanted({ verb, apiGroup, resource, subresource, namespace, name, path }: Explanation['attributes']): string {
  if (path !== undefined) return `${verb} ${path}`;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  const grouped = apiGroup === '' ? combined : `${combined}.${apiGroup}`;
  return [verb, grouped, name, namespace === '' ? '' : `-n ${namespace}`].filter((word) => word !== '').join(' ');
}

/** A rule as a manifest in one line has it. */
function ruleText(rule: Rule): string {
  const { apiGroups, resources, resourceNames, nonResourceURLs, verbs } = rule;
  return Object.entries({ apiGroups, resources, resourceNames, nonResourceURLs, verbs })
    .filter(([, list]) => list !== undefined && list.length > 0)
    .map(([field, list]) => `${field}: ${JSON.stringify(list)}`)
    .join(', ');
}

function lacking({ lacks }: NearMiss, t: TFunction): string {
  if (lacks.includes('binding')) return t('access.unbound');
  return t('access.lacks', { parts: lacks.map((part) => t(`access.part-${part}`)).join(t('access.comma')) });
}
