// Signs of the run's buttons, drawn: not every machine's fonts have them.
const PATHS = {
  start: "M4 2l10 6-10 6z",
  again: "M8 3a5 5 0 1 0 4.9 4h-2a3 3 0 1 1-2.9-2v2.5L12.5 4 8 .5z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  step: "M3 2l7 6-7 6zM11 2h2.5v12H11z",
  stop: "M3 3h10v10H3z",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="kw-sign" viewBox="0 0 16 16" width="11" height="11" aria-hidden="true">
      <path d={PATHS[name]} fill="currentColor" />
    </svg>
  );
}
