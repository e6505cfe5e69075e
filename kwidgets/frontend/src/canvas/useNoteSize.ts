// The size of a note: by a grip with the mouse or arrow keys, and never smaller than its text needs.
import { useReactFlow } from "@xyflow/react";
import { type KeyboardEvent, type PointerEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useAsk } from "../shared/context";
import type { Note } from "../shared/messages";

export interface Size {
  width: number;
  height: number;
}

const NARROWEST = 100;
const LOWEST = 44;
/** As Python limits it. */
const LARGEST = 2000;
const STEP = 10;
const LARGE_STEP = 50;
/** Keys that follow each other within this time (ms) are one step of undo. */
const REST = 500;
const ARROWS: Record<string, [number, number]> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/** A size within what a note may have, at which its text is seen whole; lowest: how high the text is at a width. */
export function holding(wanted: Size, lowest: (width: number) => number): Size {
  const width = Math.round(Math.min(LARGEST, Math.max(NARROWEST, wanted.width)));
  return { width, height: Math.round(Math.min(LARGEST, Math.max(LOWEST, lowest(width), wanted.height))) };
}

/** How high a note must be to hold its text at a width. */
function heightFor(box: HTMLElement | null, width: number): number {
  const field = box?.querySelector("textarea");
  if (box === null || field === null || field === undefined) return 0;
  const before = { width: box.style.width, height: field.style.height };
  box.style.width = `${width}px`;
  field.style.height = "0";
  const style = getComputedStyle(box);
  const around = ["paddingTop", "paddingBottom", "borderTopWidth", "borderBottomWidth"] as const;
  const needed = field.scrollHeight + around.reduce((sum, side) => sum + parseFloat(style[side]), 0);
  box.style.width = before.width;
  field.style.height = before.height;
  return Math.ceil(needed);
}

export interface NoteSize extends Size {
  begin: (event: PointerEvent<HTMLElement>) => void;
  keyDown: (event: KeyboardEvent) => void;
  /** Sends at once what the keys changed. */
  rest: () => void;
  /** The size that holds the text as it is typed now; null where the present one does. */
  grown: () => Size | null;
  /** Makes room for what is being typed. */
  grow: () => void;
}

export function useNoteSize(note: Note, box: RefObject<HTMLElement | null>): NoteSize {
  const { ask } = useAsk();
  const { getZoom } = useReactFlow();
  const [changed, setChanged] = useState<Size | null>(null);
  const latest = useRef<Size | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const known = { width: note.width, height: note.height };
  const set = (size: Size | null) => {
    latest.current = size;
    setChanged(size);
  };
  // Python's size wins once it has come.
  useEffect(() => set(null), [note.width, note.height, note.text]);
  const send = useCallback(async () => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const size = latest.current;
    if (size !== null) await ask("set_note", { note: note.id, size: [size.width, size.height] });
    set(null);
  }, [ask, note.id]);
  const fits = (width: number) => heightFor(box.current, width);
  const begin = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const grip = event.currentTarget;
    const [startX, startY, zoom] = [event.clientX, event.clientY, getZoom()];
    grip.setPointerCapture(event.pointerId);
    const moved = (move: globalThis.PointerEvent) =>
      set(holding({ width: known.width + (move.clientX - startX) / zoom, height: known.height + (move.clientY - startY) / zoom }, fits));
    const ended = (end: globalThis.PointerEvent) => {
      grip.removeEventListener("pointermove", moved);
      grip.removeEventListener("pointerup", ended);
      grip.removeEventListener("pointercancel", ended);
      if (end.type === "pointerup") void send();
      else set(null);
    };
    grip.addEventListener("pointermove", moved);
    grip.addEventListener("pointerup", ended);
    grip.addEventListener("pointercancel", ended);
  };
  const keyDown = (event: KeyboardEvent) => {
    const [right, down] = ARROWS[event.key] ?? [];
    if (right === undefined || down === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const [before, step] = [latest.current ?? known, event.shiftKey ? LARGE_STEP : STEP];
    set(holding({ width: before.width + right * step, height: before.height + down * step }, fits));
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void send(), REST);
  };
  const now = changed ?? known;
  const grown = () => {
    const size = holding(now, fits);
    return size.height > note.height || size.width > note.width ? size : null;
  };
  return { ...now, begin, keyDown, grown, grow: () => set(grown()), rest: () => timer.current !== undefined && void send() };
}
