// A run alone, for models that were made in code: `kwidgets.Dashboard` and `LiveCurves`.
import { useTrait } from "../../shared/context";
import { words } from "../../shared/words";
import type { Curves } from "./curves";
import { isFresh } from "./runIs";
import { Watched } from "./Watched";

export function Dashboard({ curves }: { curves: Curves }) {
  const run = useTrait("run");
  const empty = <p className="kw-before kw-soft">{words.train.dashboardEmpty}</p>;
  return (
    <div className="kw-dashboard-alone">
      <Watched curves={curves} starts={false} instead={isFresh(run) ? empty : undefined} />
    </div>
  );
}
