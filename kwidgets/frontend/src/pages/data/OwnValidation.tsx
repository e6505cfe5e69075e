// What is measured after each epoch: a share of the rows, or arrays of their own, one in place of each that is trained on.
import { useAsk } from "../../shared/context";
import type { Data } from "../../shared/messages";
import { words } from "../../shared/words";

type Props = Pick<Data, "validation" | "own_validation">;

export function OwnValidation({ validation, own_validation }: Props) {
  const { ask } = useAsk();
  const trained = Object.keys(own_validation);
  if (trained.length === 0 && validation === null) return null;
  const likely = Object.fromEntries(trained.map((key) => [key, own_validation[key]?.[0] ?? ""]));
  const set = (own: Record<string, string>) => void ask("set_data", { validation: own });
  return (
    <>
      <select
        className="kw-select kw-own-validation" aria-label={words.data.validatesBy} value={validation === null ? "share" : "own"} data-testid="kw-own-validation"
        onChange={(event) => set(event.target.value === "own" ? likely : {})}
      >
        <option value="share">{words.data.byShare}</option>
        <option value="own">{words.data.byOwnArrays}</option>
      </select>
      {validation !== null && trained.map((key) => (
        <label key={key} className="kw-row kw-second">
          {words.data.inPlaceOf(key)}
          <select className="kw-select kw-own-validation" value={validation[key] ?? ""} onChange={(event) => set({ ...validation, [key]: event.target.value })}>
            {validation[key] === undefined && <option value="">{words.data.choose}</option>}
            {(own_validation[key] ?? []).map((own) => <option key={own} value={own}>{own}</option>)}
          </select>
        </label>
      ))}
    </>
  );
}
