import { useState } from 'react';
import type { GroupProps, Layout } from 'react-resizable-panels';

const keyOf = (group: string) => `orrery.layout.${group}`;

function stored(group: string): Layout | undefined {
  try {
    return (JSON.parse(localStorage.getItem(keyOf(group)) ?? 'null') as Layout | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The sizes of a group of panes, as the learner left them. */
export function useStoredLayout(group: string): Pick<GroupProps, 'defaultLayout' | 'onLayoutChanged'> {
  const [defaultLayout] = useState(() => stored(group));
  return {
    defaultLayout,
    onLayoutChanged: (layout, { isUserInteraction }) => {
      if (isUserInteraction) localStorage.setItem(keyOf(group), JSON.stringify(layout));
    },
  };
}
