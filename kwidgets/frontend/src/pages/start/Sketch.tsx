// A template as a few bars: what is wide, what is narrow, what stands beside each other.
const WIDTH = 74;
const HEIGHT = 46;
const GAP = 8;
const THICKEST = 8;

export function Sketch({ rows }: { rows: readonly (readonly number[])[] }) {
  const step = HEIGHT / Math.max(rows.length, 1);
  const height = Math.min(THICKEST, step * 0.7);
  // Few rows stand as close as many do.
  const pitch = Math.min(step, 12);
  const top = (HEIGHT - pitch * rows.length) / 2 + (pitch - height) / 2;
  return (
    <svg className="kw-sketch" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} aria-hidden="true">
      {rows.flatMap((widths, row) => bars(widths).map(({ x, width }, index) => <rect key={`${row}-${index}`} x={x} y={top + row * pitch} width={width} height={height} rx={Math.min(2.5, height / 2)} />))}
    </svg>
  );
}

/** Bars of a row, in the middle together. */
function bars(widths: readonly number[]): { x: number; width: number }[] {
  const room = WIDTH - GAP * (widths.length - 1);
  const wide = widths.map((width) => Math.max(3, (Math.min(1, Math.max(0, width)) * room) / widths.length));
  let x = (WIDTH - wide.reduce((sum, width) => sum + width, 0) - GAP * (widths.length - 1)) / 2;
  return wide.map((width) => {
    const bar = { x, width };
    x += width + GAP;
    return bar;
  });
}
