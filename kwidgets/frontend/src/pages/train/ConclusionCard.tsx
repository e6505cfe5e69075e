// What a run came to, after its end: best, last and test values, time, size, and what was trained.
import { useTrait } from "../../shared/context";
import type { Conclusion } from "../../shared/messages";
import { words } from "../../shared/words";
import { Figure } from "./Figures";
import { inOrder, valueText } from "./metrics";
import { RateFigure } from "./RateFigure";

export function ConclusionCard({ conclusion }: { conclusion: Conclusion }) {
  const run = useTrait("run");
  const { train } = words;
  const { epochs, seconds, parameters, settings } = conclusion;
  const facts = [train.after(epochs, seconds), train.parameters(parameters), ...settings];
  return (
    <section role="group" className="kw-box kw-conclusion" data-testid="kw-conclusion" aria-label={train.conclusion}>
      <div>
        <p className="kw-strong">{run.message}</p>
        <p className="kw-soft">{facts.join(" · ")}</p>
      </div>
      <dl className="kw-figures">
        <Values conclusion={conclusion} />
        <Tests test={conclusion.test ?? {}} />
        <RateFigure />
      </dl>
    </section>
  );
}

/** The best of what is validated, the last of what is trained on. */
function Values({ conclusion: { best, last } }: { conclusion: Conclusion }) {
  const { train } = words;
  const names = [...new Set([...Object.keys(last), ...best.map((one) => one.metric)])];
  return inOrder(names).map((name) => {
    const found = best.find((one) => one.metric === name);
    const end = last[name] ?? null;
    const lastText = end === null ? train.notANumber : valueText(name, end);
    if (found !== undefined) {
      return (
        <Figure key={name} label={train.bestOf(train.metric(name))} below={`${train.afterEpoch(found.epoch)} · ${train.last(lastText)}`}>
          {valueText(name, found.value)}
        </Figure>
      );
    }
    return (
      <Figure key={name} label={train.metric(name)} below={train.lastEpoch} wrong={end === null}>
        {lastText}
      </Figure>
    );
  });
}

function Tests({ test }: { test: NonNullable<Conclusion["test"]> }) {
  const { train } = words;
  return Object.entries(test).map(([name, value]) => (
    <Figure key={name} label={train.test(train.metric(name))} below={train.testHelp} wrong={value === null}>
      {value === null ? train.notANumber : valueText(name, value)}
    </Figure>
  ));
}
