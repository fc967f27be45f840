import { useTranslation } from 'react-i18next';
import type { DecisionView, ObjectReference } from '../../engine/protocol/views.ts';
import { StatusMark } from '../app/StatusMark.tsx';
import { tell } from '../state/engine.ts';
import { useAnswer } from '../state/use-answer.ts';

type NodeRow = DecisionView['explanation']['nodes'][number];

/** The scheduler's last decision about a pod: every node, what each plugin said of it, and who won. */
export function Scheduling({ reference }: { readonly reference: ObjectReference }) {
  const { t } = useTranslation();
  const record = useAnswer('scheduling.explain', { object: reference });
  if (record === undefined) return null;
  if (record === null) return <p className="hint pad">{t('scheduling.none')}</p>;
  const { decision, explanation } = record;
  return (
    <>
      <p className="version-line">
        {decision.node === undefined
          ? decision.message
          : t('scheduling.chose', {
              node: decision.node,
              feasible: decision.feasible,
              evaluated: decision.evaluated,
            })}{' '}
        <button type="button" className="link-button" onClick={() => tell('seek', { kind: 'step', step: record.step })}>
          {t('scheduling.go', { step: record.step })}
        </button>
      </p>
      <ul className="scheduling-list">
        {explanation.nodes.map((node) => (
          <NodeVerdict
            key={node.node}
            node={node}
            isChosen={node.node === decision.node}
            isTied={explanation.best.length > 1 && explanation.best.includes(node.node)}
          />
        ))}
      </ul>
    </>
  );
}

interface NodeVerdictProps {
  readonly node: NodeRow;
  readonly isChosen: boolean;
  readonly isTied: boolean;
}

function NodeVerdict({ node, isChosen, isTied }: NodeVerdictProps) {
  const { t } = useTranslation();
  const rejections = node.filters.filter(({ verdict }) => verdict === 'rejected');
  const tone = isChosen ? 'good' : node.outcome === 'rejected' ? 'bad' : 'idle';
  return (
    <li>
      <details open={isChosen || node.outcome === 'rejected'}>
        <summary>
          <StatusMark tone={tone} />
          <strong>{node.node}</strong> {t(isChosen ? 'scheduling.chosen' : `scheduling.${node.outcome}`)}
          {node.scores.length > 0 ? <span className="badge">{node.total}</span> : null}
          {isTied ? <span className="faint"> {t('scheduling.tied')}</span> : null}
        </summary>
        {rejections.map(({ plugin, reasons }) => (
          <p key={plugin}>
            <code>{plugin}</code>: {reasons.join(', ')}
          </p>
        ))}
        {node.scores.length > 0 ? <Scores node={node} /> : null}
      </details>
    </li>
  );
}

function Scores({ node }: { readonly node: NodeRow }) {
  const { t } = useTranslation();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t('scheduling.plugin')}</th>
          <th scope="col">{t('scheduling.score')}</th>
          <th scope="col">{t('scheduling.weight')}</th>
          <th scope="col">{t('scheduling.sum')}</th>
        </tr>
      </thead>
      <tbody>
        {node.scores.map(({ plugin, normalized, weight, weighted }) => (
          <tr key={plugin}>
            <th scope="row">{plugin}</th>
            <td>{normalized}</td>
            <td>{weight}</td>
            <td>{weighted}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
