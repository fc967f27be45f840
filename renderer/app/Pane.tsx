import { type ReactNode, useId } from 'react';

interface PaneProps {
  /** F6 goes from pane to pane in the order of the document. */
  readonly id: string;
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One region of the window, with its heading. */
export function Pane({ id, title, actions, children }: PaneProps) {
  const heading = useId();
  return (
    <section className="pane" id={`pane-${id}`} data-pane={id} aria-labelledby={heading} tabIndex={-1}>
      <header className="pane-head">
        <h2 className="pane-title" id={heading}>
          {title}
        </h2>
        {actions ? <div className="pane-actions">{actions}</div> : null}
      </header>
      <div className="pane-body">{children}</div>
    </section>
  );
}
