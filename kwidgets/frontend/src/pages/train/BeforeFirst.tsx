// The page before the first run: what to do first, and the way there; or a large button that trains.
import type { ReactNode } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { useAsk, useGraph, useTrait } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import { words } from "../../shared/words";
import { dataName } from "./dataName";
import { whatFirst } from "./whatFirst";

const MOST_SENTENCES = 4;

export function BeforeFirst() {
  const { head } = useGraph();
  const data = useTrait("data");
  const { go } = useBuilder();
  const first = whatFirst(head, data);
  const { train } = words;
  if (first.kind === "ready") return <Ready />;
  if (first.kind === "data") {
    const sentences = [...(first.missing.length > 0 ? [train.dataMissing(first.missing)] : []), ...first.sentences];
    return <First title={train.dataTitle} sentences={sentences} action={<MainAction label={train.toData} run={() => go("data")} />} />;
  }
  const build = <MainAction label={train.toBuild} run={() => go("build")} />;
  if (first.kind === "empty") return <First title={train.emptyTitle} sentences={[train.emptyText]} action={build} />;
  return <First title={train.wrongTitle(first.sentences.length)} sentences={first.sentences} action={build} />;
}

function Ready() {
  const training = useTrait("training");
  const { ask } = useAsk();
  const { train } = words;
  const forecast = useTrait("forecast");
  const data = useTrait("data");
  const sentences = [
    ...(data.samples === null ? [] : [train.trainsOn(dataName(data), data.samples)]),
    train.firstText(training.epochs, training.batch_size),
    ...(forecast.seconds === null ? [] : [train.forecast(forecast.seconds, training.epochs)]),
    ...(forecast.memory === null ? [] : [train.forecastMemory(forecast.memory)]),
  ];
  return <First title={train.firstTitle} sentences={sentences} action={<MainAction label={train.train} icon run={() => void ask("start")} />} />;
}

function MainAction({ label, icon = false, run }: { label: string; icon?: boolean; run: () => void }) {
  return (
    <button type="button" className="kw-button kw-button-main kw-train-first" onClick={run}>
      {icon && <Icon name="start" size={14} />}
      {label}
    </button>
  );
}

function First({ title, sentences, action }: { title: string; sentences: readonly string[]; action: ReactNode }) {
  return (
    <div className="kw-before" data-testid="kw-before">
      <h2>{title}</h2>
      {sentences.slice(0, MOST_SENTENCES).map((sentence) => (
        <p key={sentence} className="kw-soft">{sentence}</p>
      ))}
      {action}
    </div>
  );
}
