// What the model does with samples: in the builder, and by itself for `kwidgets.Results`.
import "../data/data.css";
import "./results.css";
import { useBuilder } from "../../frame/BuilderContext";
import { useTrait } from "../../shared/context";
import type { Refusal } from "../../shared/messages";
import { words } from "../../shared/words";
import { EmptyPage } from "../EmptyPage";
import { isAlive } from "../train/runIs";
import { Results } from "./Results";

export function ResultsPage() {
  const run = useTrait("run");
  const moves = isAlive(run.state) && run.state !== "paused";
  // While a training goes on its results are looked at when somebody asks.
  const watch = [run.id, run.state, run.stale, run.weights_from, moves ? "" : run.epoch, moves ? "" : run.batch].join(" ");
  return <Results watch={watch} moves={moves} trains empty={(refusal) => <Nothing refusal={refusal} />} />;
}

export function ResultsAlone() {
  return (
    <div className="kw-results-alone">
      <Results watch="" moves={false} trains={false} empty={(refusal) => <p className="kw-box kw-box-warn" role="status">{sentence(refusal)}</p>} />
    </div>
  );
}

const sentence = ({ refused, hint }: Refusal): string => [refused, hint].filter(Boolean).join(" ");

function Nothing({ refusal }: { refusal: Refusal }) {
  const { go } = useBuilder();
  return (
    <EmptyPage title={words.results.noneYet} hint={sentence(refusal)}>
      <div className="kw-row">
        <button type="button" className="kw-button kw-button-main" onClick={() => go("train")}>
          {words.results.goTrain}
        </button>
        <button type="button" className="kw-button" onClick={() => go("data")}>
          {words.results.goData}
        </button>
      </div>
    </EmptyPage>
  );
}
