// The lines that the run has said, the newest in view.
import { useEffect, useRef } from "react";
import { useTrait } from "../shared/context";
import { words } from "../shared/words";

export function Log() {
  const log = useTrait("log");
  const place = useRef<HTMLPreElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [log]);
  if (log.length === 0) return <p className="kw-soft kw-dock-text">{words.dock.noLog}</p>;
  return (
    <pre className="kw-log" ref={place} tabIndex={0} aria-label={words.dock.logLabel}>
      {log.join("\n")}
    </pre>
  );
}
