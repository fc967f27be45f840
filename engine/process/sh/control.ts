import type { Shell } from './shell.ts';
import { putBack } from './simple.ts';
import type { Control, Frame, FrameList, Saved, ShellState } from './state.ts';

/** Frames with more of them on top, the first one uppermost. */
export function pushed(frames: FrameList | null, more: readonly Frame[]): FrameList | null {
  return more.reduceRight<FrameList | null>((rest, frame) => ({ frame, rest }), frames);
}

function* framesOf(frames: FrameList | null): Generator<Frame> {
  for (let entry = frames; entry !== null; entry = entry.rest) yield entry.frame;
}

/** Inside a condition, where `set -e` has no force. */
export function isTested(state: ShellState): boolean {
  if (state.shell.tested) return true;
  for (const frame of framesOf(state.frames)) {
    if (
      frame.type === 'and' ||
      frame.type === 'or' ||
      frame.type === 'not' ||
      frame.type === 'if' ||
      (frame.type === 'loop' && frame.stage === 'condition')
    )
      return true;
  }
  return false;
}

/** The innermost function that is running. */
export function functionFrame(frames: FrameList | null): Extract<Frame, { type: 'function' }> | undefined {
  for (const frame of framesOf(frames)) if (frame.type === 'function') return frame;
  return undefined;
}

/** Remembers in the running function's frame what it has hidden. */
export function withLocals(frames: FrameList | null, saved: Saved): FrameList | null {
  if (frames === null || Object.keys(saved).length === 0) return frames;
  if (frames.frame.type === 'function')
    return { frame: { ...frames.frame, locals: { ...saved, ...frames.frame.locals } }, rest: frames.rest };
  return { frame: frames.frame, rest: withLocals(frames.rest, saved) };
}

/** Undoes a frame that is left early. */
export function leave(shell: Shell, frame: Frame): readonly number[] {
  if (frame.type === 'function') {
    shell.positional = frame.positional;
    putBack(shell, frame.locals);
  } else if (frame.type === 'restore') {
    if (frame.descriptors !== undefined) shell.descriptors = frame.descriptors;
    if (frame.variables !== undefined) putBack(shell, frame.variables);
    return frame.close;
  }
  return [];
}

/** Leaves frames until `stop`; what they opened is closed by a frame put on top. */
function unwound(state: ShellState, stop: (frame: Frame) => boolean, including: boolean): ShellState {
  const shell = { ...state.shell };
  const close: number[] = [];
  let frames = state.frames;
  while (frames !== null) {
    const isStop = stop(frames.frame);
    if (isStop && !including) break;
    close.push(...leave(shell, frames.frame));
    frames = frames.rest;
    if (isStop) break;
  }
  const cleanup: Frame = { type: 'restore', close };
  return { ...state, shell, frames: close.length > 0 ? { frame: cleanup, rest: frames } : frames };
}

function isReader(frame: Frame): boolean {
  return frame.type === 'reader';
}

/** Sends control elsewhere: out of loops, functions, the shell. */
export function controlled(state: ShellState, control: Control): ShellState {
  switch (control.type) {
    case 'exit': {
      const ended = unwound({ ...state, shell: { ...state.shell, status: control.status } }, () => false, false);
      return { ...ended, exiting: control.status };
    }
    case 'return': {
      const target = [...framesOf(state.frames)].find(
        (frame) => frame.type === 'function' || (frame.type === 'source' && frame.dot === true),
      );
      const next = { ...state, shell: { ...state.shell, status: control.status } };
      return target === undefined
        ? controlled(next, { type: 'exit', status: control.status })
        : unwound(next, (frame) => frame === target, true);
    }
    case 'abandon': {
      const next = { ...state, shell: { ...state.shell, status: control.status } };
      if (!state.shell.interactive) return controlled(next, { type: 'exit', status: control.status });
      const kept = unwound(next, isReader, true);
      return { ...kept, frames: pushed(kept.frames, [{ type: 'reader', fd: 0, text: '', interactive: true }]) };
    }
    default:
      return looped(state, control);
  }
}

/** `break n` and `continue n`; outside of loops they do nothing. */
function looped(state: ShellState, control: Extract<Control, { type: 'break' | 'continue' }>): ShellState {
  const loops = [...framesOf(state.frames)].filter(
    (frame) =>
      (frame.type === 'loop' && frame.stage === 'body') ||
      frame.type === 'for' ||
      (frame.type === 'loop' && frame.stage === 'condition'),
  );
  const target = loops[Math.min(control.count, loops.length) - 1];
  if (target === undefined) return state;
  const left = unwound(state, (frame) => frame === target, control.type === 'break');
  return left;
}
