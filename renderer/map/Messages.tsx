import type { TFunction } from 'i18next';
import { AnimatePresence, motion, useReducedMotion } from 'motion/react';
import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView, StepView } from '../../engine/protocol/views.ts';
import { said } from '../locales/said.ts';
import { useSession } from '../state/session-store.ts';
import { curve, LABEL_HEIGHT, type Label, type Point, placeLabels } from './geometry.ts';

/** A longer jump in time shows its result, not every message of it. */
const ANIMATED_STEPS = 3;
const SHOWN_MESSAGES = 6;
const SHOWN_SECONDS = 1.1;

interface Flight extends MessageView {
  readonly id: string;
  readonly path: string;
  readonly end: Point;
  readonly text: string;
  readonly label: Label;
  readonly delay: number;
}

/** The messages of the last step, travelling; without motion, an arrow that stays for a moment. */
export function Messages({ canvas }: { readonly canvas: RefObject<HTMLDivElement | null> }) {
  const steps = useSession((session) => session.steps);
  const { t } = useTranslation();
  const isStill = useReducedMotion() ?? false;
  const [flights, setFlights] = useState<readonly Flight[]>([]);
  useEffect(() => {
    if (!canvas.current || steps.length === 0 || steps.length > ANIMATED_STEPS) {
      setFlights([]);
      return;
    }
    const next = flightsOf(canvas.current, steps, t);
    setFlights(next);
    const timer = setTimeout(() => setFlights([]), (SHOWN_SECONDS + next.length * 0.12 + 0.5) * 1000);
    return () => clearTimeout(timer);
  }, [steps, canvas, t]);
  return (
    <svg className="messages" aria-hidden="true">
      <AnimatePresence>
        {flights.map((flight) => (
          <motion.g
            key={flight.id}
            initial={{ opacity: 0 }}
            animate={{ opacity: 1 }}
            exit={{ opacity: 0 }}
            transition={{ duration: 0.2, delay: flight.delay }}
          >
            <path d={flight.path} className="message-path" />
            {isStill ? (
              <circle cx={flight.end.x} cy={flight.end.y} r="5" className="message-dot" />
            ) : (
              <circle r="5" className="message-dot">
                <animateMotion
                  dur={`${SHOWN_SECONDS}s`}
                  begin={`${flight.delay}s`}
                  path={flight.path}
                  fill="freeze"
                  calcMode="spline"
                  keyTimes="0;1"
                  keySplines="0.4 0 0.2 1"
                />
              </circle>
            )}
            <MessageLabel flight={flight} />
          </motion.g>
        ))}
      </AnimatePresence>
    </svg>
  );
}

function MessageLabel({ flight: { text, label } }: { readonly flight: Flight }) {
  return (
    <g transform={`translate(${label.x} ${label.y})`} className="message-label">
      <rect x={-label.width / 2} y={-LABEL_HEIGHT / 2} width={label.width} height={LABEL_HEIGHT} rx="5" />
      <text textAnchor="middle" dominantBaseline="central">
        {text}
      </text>
    </g>
  );
}

function shorten(summary: string): string {
  const text = summary.replace(/\/(api|apis\/[^/]+)\/v\d\w*\//, ' ').replace(/namespaces\/([^/]+)\//, '');
  return text.length > 46 ? `${text.slice(0, 45)}…` : text;
}

function flightsOf(canvas: HTMLDivElement, steps: readonly StepView[], t: TFunction): Flight[] {
  const messages = steps.flatMap((step) => step.messages.map((message) => ({ step: step.step, message })));
  const ways = messages.slice(-SHOWN_MESSAGES).flatMap(({ step, message }, index) => {
    const from = centreOf(canvas, message.from);
    const to = centreOf(canvas, message.to);
    if (!from || !to || message.from === message.to) return [];
    const { path, middle } = curve(from, to, index);
    const text = shorten(said(message.summary, t));
    return [{ ...message, id: `${step}.${index}`, path, end: to, at: middle, text, delay: index * 0.12 }];
  });
  const labels = placeLabels(ways, canvas.clientWidth);
  return ways.map((way, index) => ({ ...way, label: labels[index] as Label }));
}

/**
 * A component that has no box of its own is drawn as the rest of its family; the world acts through the learner's
 * machine.
 */
function centreOf(canvas: HTMLDivElement, component: string): Point | undefined {
  const name = component === 'world' ? 'workstation' : component;
  const family = name.split('/')[0] as string;
  const box = [name, `${family}/others`, family]
    .map((candidate) => canvas.querySelector(`[data-component="${CSS.escape(candidate)}"]`))
    .find((element) => element !== null);
  if (!box) return undefined;
  const outer = canvas.getBoundingClientRect();
  const inner = box.getBoundingClientRect();
  return {
    x: inner.left - outer.left + canvas.scrollLeft + inner.width / 2,
    y: inner.top - outer.top + canvas.scrollTop + inner.height / 2,
  };
}
