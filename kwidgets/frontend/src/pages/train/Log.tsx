// The log of the run, folded.
import { useTrait } from "../../shared/context";
import { words } from "../../shared/words";

export function Log() {
  const log = useTrait("log");
  if (log.length === 0) return null;
  return (
    <details className="kw-log">
      <summary>{words.train.logTitle(log.length)}</summary>
      <pre tabIndex={0} aria-label={words.train.logLabel}>
        {log.join("\n")}
      </pre>
    </details>
  );
}
