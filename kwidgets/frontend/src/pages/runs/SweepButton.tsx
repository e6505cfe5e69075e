// Frees the disk: says first what would go, and removes it only when that is wanted.
import { useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { Swept } from "../../shared/messages";
import { words } from "../../shared/words";

export function SweepButton({ changed }: { changed: () => void }) {
  const { ask } = useAsk();
  const [would, setWould] = useState<Swept | null>(null);
  const { runs } = words;
  const look = async () => {
    if (would !== null) return setWould(null);
    const reply = await ask("sweep_runs", { dry: true });
    if (!isRefusal(reply)) setWould(reply);
  };
  const sweep = async () => {
    setWould(null);
    await ask("sweep_runs", { dry: false });
    changed();
  };
  const nothing = would !== null && would.checkpoints === 0 && would.runs === 0;
  return (
    <span
      className="kw-runs-sweep"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || would === null) return;
        setWould(null);
        event.stopPropagation();
      }}
    >
      <button type="button" className="kw-button kw-button-small" aria-expanded={would !== null} title={runs.sweepHelp} data-testid="kw-runs-sweep" onClick={() => void look()}>
        {runs.sweep}
      </button>
      {would !== null && (
        <div className="kw-popup kw-runs-sweep-says" role="dialog" aria-label={runs.sweepHelp}>
          <p>{nothing ? runs.sweepNothing : runs.sweepAsks(would.bytes, would.checkpoints, would.runs)}</p>
          <div className="kw-row">
            {!nothing && (
              <button type="button" className="kw-button kw-button-small kw-button-danger" onClick={() => void sweep()}>
                {runs.sweepDo}
              </button>
            )}
            <button type="button" className="kw-button kw-button-small" autoFocus onClick={() => setWould(null)}>
              {nothing ? runs.closeMessage : runs.sweepNot}
            </button>
          </div>
        </div>
      )}
    </span>
  );
}
