// Signs drawn as paths: not every machine's fonts have them. Names say what they show.
import type { Family } from "./messages";

const LINES = {
  undo: "M8 5L4 9l4 4M4 9h8a4 4 0 0 1 0 8h-2",
  redo: "M12 5l4 4-4 4M16 9H8a4 4 0 0 0 0 8h2",
  full: "M4 8V4h4M16 8V4h-4M4 12v4h4M16 12v4h-4",
  leave: "M8 4v4H4M12 4v4h4M8 16v-4H4M12 16v-4h4",
  plus: "M10 4v12M4 10h12",
  minus: "M4 10h12",
  arrange: "M4 5h12M4 10h12M4 15h12M7 3v4M13 8v4M9 13v4",
  search: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM13 13l4 4",
  close: "M5 5l10 10M15 5L5 15",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  down: "M5 8l5 5 5-5",
  table: "M4 4h12v12H4zM4 8h12M10 8v8",
  save: "M10 4v8M6.5 8.5L10 12l3.5-3.5M4 16h12",
  help: "M7.5 7.5a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .9-1 1.7M10 14.5h.01",
  lock: "M6 9V7a4 4 0 0 1 8 0v2M5 9h10v7H5z",
} as const;

const SOLIDS = {
  start: "M5 3l12 7-12 7z",
  pause: "M5 3h4v14H5zM11 3h4v14h-4z",
  step: "M4 3l9 7-9 7zM14 3h2.5v14H14z",
  stop: "M4 4h12v12H4z",
  again: "M10 4a6 6 0 1 0 5.9 5h-2.2A4 4 0 1 1 10 6v3l5.5-4L10 1z",
} as const;

export type IconName = keyof typeof LINES | keyof typeof SOLIDS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  const solid = name in SOLIDS;
  const path = solid ? SOLIDS[name as keyof typeof SOLIDS] : LINES[name as keyof typeof LINES];
  return (
    <svg className={solid ? undefined : "kw-line-icon"} viewBox="0 0 20 20" width={size} height={size} fill={solid ? "currentColor" : "none"} aria-hidden="true">
      <path d={path} />
    </svg>
  );
}

const FAMILIES: Record<Family, string> = {
  io: "M4 10h11M11 6l4 4-4 4",
  conv: "M4 4h7v7H4zM9 9h7v7H9z",
  pool: "M4 5h12L12 15H8z",
  core: "M5 5v10M10 5v10M15 5v10M5 5l5 10M10 5l5 10",
  norm: "M4 13c3 0 3-7 6-7s3 7 6 7",
  reg: "M5 5l10 10M15 5L5 15",
  rec: "M15 10a5 5 0 1 1-2-4M13 3v3h3",
  merge: "M5 4v4l5 4v4M15 4v4l-5 4",
  shape: "M4 6h12M4 10h8M4 14h5",
};

/** The sign of a family of layers in its colour. */
export function Glyph({ family, size }: { family: Family; size?: number }) {
  return (
    <span className="kw-glyph" style={{ "--kw-family": `var(--kw-${family})`, ...(size ? { width: size, height: size } : {}) } as React.CSSProperties} aria-hidden="true">
      <svg className="kw-line-icon" viewBox="0 0 20 20">
        <path d={FAMILIES[family]} />
      </svg>
    </span>
  );
}
