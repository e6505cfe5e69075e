// A layer dragged out of the palette by mouse, pen or finger: a ghost follows, and the canvas takes it where it is let go.
import { type PointerEvent, useCallback, useRef } from "react";
import { CARD_HEIGHT, CARD_WIDTH } from "../canvas/flow";
import { markWire, wireUnder } from "../canvas/wireUnder";
import { useDoor } from "../frame/CanvasDoor";
import { useMaking } from "../frame/useMaking";
import { useShared } from "../shared/context";
import type { Offered } from "./useAdding";

/** A pointer that went less far (px) was a click. */
const THRESHOLD = 6;

export function usePaletteDrag(offered: Offered, title: string) {
  const { root } = useShared();
  const make = useMaking();
  const door = useDoor();
  const dragged = useRef(false);
  const drop = useCallback(
    async (x: number, y: number) => {
      const canvas = door.current?.place.current?.getBoundingClientRect();
      if (door.current === null || canvas === undefined) return;
      if (x < canvas.left || x > canvas.right || y < canvas.top || y > canvas.bottom) return;
      const at = door.current.flow.screenToFlowPosition({ x, y });
      const wire = wireUnder(x, y);
      const place = { position: [Math.round(at.x - CARD_WIDTH / 2), Math.round(at.y - CARD_HEIGHT / 2)] };
      // The place is for what cannot stand on the wire.
      const where = wire === null ? place : { wire, ...place };
      await ("name" in offered ? make("add_block", { ...offered, ...where }) : make("add", { ...offered, ...where }));
    },
    [door, make, offered],
  );
  const begin = useCallback(
    (event: PointerEvent<HTMLElement>) => {
      dragged.current = false;
      if (event.button !== 0) return;
      const [startX, startY] = [event.clientX, event.clientY];
      const button = event.currentTarget;
      let ghost: HTMLElement | null = null;
      const moved = (move: globalThis.PointerEvent) => {
        if (ghost === null && Math.hypot(move.clientX - startX, move.clientY - startY) < THRESHOLD) return;
        if (ghost === null) {
          dragged.current = true;
          ghost = ghostOf(title, root());
          button.setPointerCapture(move.pointerId);
        }
        place(ghost, move, root());
        markWire(root(), wireUnder(move.clientX, move.clientY));
      };
      const ended = (end: globalThis.PointerEvent) => {
        ghost?.remove();
        markWire(root(), null);
        button.removeEventListener("pointermove", moved);
        button.removeEventListener("pointerup", ended);
        button.removeEventListener("pointercancel", ended);
        if (dragged.current && end.type === "pointerup") void drop(end.clientX, end.clientY);
      };
      button.addEventListener("pointermove", moved);
      button.addEventListener("pointerup", ended);
      button.addEventListener("pointercancel", ended);
      // Without this a quick hand leaves the button before the first move is heard.
      button.setPointerCapture(event.pointerId);
    },
    [drop, root, title],
  );
  return { begin, wasClick: () => !dragged.current };
}

function ghostOf(title: string, root: HTMLElement | null): HTMLElement {
  const ghost = document.createElement("div");
  ghost.className = "kw-drag-ghost";
  ghost.textContent = title;
  root?.append(ghost);
  return ghost;
}

function place(ghost: HTMLElement, at: { clientX: number; clientY: number }, root: HTMLElement | null): void {
  const box = root?.getBoundingClientRect();
  ghost.style.transform = `translate(${at.clientX - (box?.left ?? 0) + 8}px, ${at.clientY - (box?.top ?? 0) + 8}px)`;
}
