// The Train page of the builder: the run, and beside it the settings.
import { useMemo, useState } from "react";
import { useTrait } from "../../shared/context";
import { words } from "../../shared/words";
import { BeforeFirst } from "./BeforeFirst";
import type { Curves } from "./curves";
import { isFresh } from "./runIs";
import { Settings } from "./Settings";
import { Watched } from "./Watched";

export function TrainPage({ curves }: { curves: Curves }) {
  const run = useTrait("run");
  const fresh = isFresh(run);
  const [open, setOpen] = useState(false);
  const shown = fresh || open;
  const toggle = useMemo(
    () => (
      <button type="button" className="kw-button kw-button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
        {words.train.settings}
      </button>
    ),
    [open],
  );
  return (
    <div className={`kw-train ${shown ? "kw-train-beside" : ""}`} data-testid="kw-train">
      <Watched curves={curves} starts tools={toggle} instead={fresh ? <BeforeFirst /> : undefined} />
      {shown && <Settings />}
    </div>
  );
}
