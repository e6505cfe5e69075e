// Which model of the opened program is on the canvas, where it has several.
import { useAnswer, useAsk } from "../shared/context";
import { words } from "../shared/words";

export function ModelsBar() {
  const answer = useAnswer("models", {});
  const { ask } = useAsk();
  if (answer === null || answer.models.length < 2) return null;
  const { file, models } = answer;
  return (
    <label className="kw-models-bar">
      <span className="kw-soft kw-second">{words.code.modelIn(file)}</span>
      <select
        className="kw-select" data-testid="kw-models" value={models.find(({ chosen }) => chosen)?.name ?? ""}
        onChange={(event) => void ask("choose_model", { name: event.target.value })}
      >
        {models.map((model, index) => (
          <option key={index} value={model.name}>
            {words.code.modelOf(model.name, model.layers, model.place)}
          </option>
        ))}
      </select>
    </label>
  );
}
