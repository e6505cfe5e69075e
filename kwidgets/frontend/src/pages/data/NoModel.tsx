// Data for which there is no model yet: what was chosen is shown, and a first model can be begun for it.
import { useBuilder } from "../../frame/BuilderContext";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { Data, Source } from "../../shared/messages";
import { words } from "../../shared/words";
import { EmptyPage } from "../EmptyPage";
import { pairOf } from "../start/pairs";
import { currentOf } from "./current";
import { TableCard } from "./TableCard";

export function NoModel({ data, times }: { data: Data; times: number }) {
  const { go } = useBuilder();
  const current = currentOf(data);
  if (current === undefined || pairOf(current.arrays) === null) {
    return (
      <EmptyPage title={words.data.noModel} hint={words.data.noModelHint}>
        <button type="button" className="kw-button kw-button-main" onClick={() => go("build")}>
          {words.data.build}
        </button>
      </EmptyPage>
    );
  }
  return (
    <div className="kw-data-body">
      <Begin source={current} />
      {current.table !== null && <TableCard key={`${current.kind} ${current.name}`} name={current.name} table={current.table} times={times} />}
    </div>
  );
}

/** What a first model would take and give, and the button that makes it. */
function Begin({ source }: { source: Source }) {
  const { ask } = useAsk();
  const { go } = useBuilder();
  const pair = pairOf(source.arrays);
  if (pair === null) return null;
  const begin = async () => {
    const named = source.kind === "notebook" ? { input: pair.input.key, target: pair.target.key } : { source: source.name, kind: source.kind };
    if (!isRefusal(await ask("from_arrays", named))) go("build");
  };
  const [input, target] = [pair.input, pair.target].map(({ shape }) => shape.slice(1).join("×") || "1");
  return (
    <div className="kw-box kw-begin" data-testid="kw-begin">
      <p>{words.data.beginText(pair.input.key, input ?? "", pair.target.key, target ?? "")}</p>
      <button type="button" className="kw-button kw-button-main" onClick={() => void begin()}>
        {words.data.begin}
      </button>
    </div>
  );
}
