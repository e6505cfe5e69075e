// A cross-validation: all folds trained one after the other, and what they came to in one table.
import { useAsk, useTrait } from "../../shared/context";
import { numberText } from "../../shared/figures";
import type { Folds } from "../../shared/messages";
import { words } from "../../shared/words";

/** The button that trains them. */
export function TrainFolds({ count }: { count: number }) {
  const { ask } = useAsk();
  const { state, folds } = useTrait("run");
  const alive = state === "running" || state === "paused" || state === "stopping";
  return (
    <button type="button" className="kw-button kw-button-small" disabled={alive} title={words.folds.trainHelp} data-testid="kw-train-folds" onClick={() => void ask("train_folds")}>
      {alive && folds?.now != null ? words.folds.training(folds.now + 1, folds.of) : words.folds.train(count)}
    </button>
  );
}

/** What the folds came to so far, and their mean. Nothing while no cross-validation was begun. */
export function FoldTable() {
  const { folds } = useTrait("run");
  // A page of an earlier release has none.
  return folds == null ? null : <Table folds={folds} />;
}

function Table({ folds }: { folds: Folds }) {
  const { of, now, results, mean, spread } = folds;
  const names = Object.keys(results.find(({ values }) => Object.keys(values).length > 0)?.values ?? {});
  const shown = names.filter((name) => name.startsWith("val_"));
  const columns = shown.length > 0 ? shown : names;
  return (
    <section className="kw-box kw-fold-table" aria-label={words.folds.label} data-testid="kw-folds">
      <p>
        <b className="kw-strong">{words.folds.label}</b> <span role="status">{now === null ? words.folds.over(results.length, of) : words.folds.training(now + 1, of)}</span>
      </p>
      {results.length > 0 && (
        <div className="kw-scroll-x" role="group" tabIndex={0} aria-label={words.folds.label}>
          <table className="kw-sample-table">
            <thead>
              <tr>
                <th scope="col">{words.folds.fold}</th>
                <th scope="col">{words.folds.epochs}</th>
                {columns.map((name) => <th key={name} scope="col">{name.replaceAll("_", " ")}</th>)}
              </tr>
            </thead>
            <tbody>
              {results.map(({ fold, epochs, state, values }) => (
                <tr key={fold}>
                  <th scope="row">{fold + 1}</th>
                  <td>{state === "finished" ? epochs : words.folds.cut(epochs)}</td>
                  {columns.map((name) => <td key={name}>{numberText(values[name] ?? null)}</td>)}
                </tr>
              ))}
              {results.length > 1 && (
                <tr>
                  <th scope="row" colSpan={2}>{words.folds.mean}</th>
                  {columns.map((name) => <td key={name}><b>{meanText(mean[name], spread[name])}</b></td>)}
                </tr>
              )}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function meanText(mean: number | undefined, spread: number | undefined): string {
  if (mean === undefined) return "–";
  return spread === undefined ? numberText(mean) : `${numberText(mean)} ± ${numberText(spread)}`;
}
