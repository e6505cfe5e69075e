// The steps of a table as chips in order; a chip opens its form, with what it does to a few rows. Alt and an arrow moves it.
import { type KeyboardEvent, useId, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { TableFacts } from "../../shared/messages";
import { words } from "../../shared/words";
import { NewStep } from "./NewStep";
import { StepForm } from "./StepForm";

const ADDING = -1;

export function TableSteps({ table }: { table: TableFacts }) {
  const { steps, offers } = table;
  const { ask } = useAsk();
  const id = useId();
  // The number of the step whose form is open, ADDING for a new one.
  const [open, setOpen] = useState<number | null>(null);
  const step = open === null ? undefined : steps[open];
  const move = (from: number, to: number) => {
    if (to < 0 || to >= steps.length) return;
    void ask("move_table_step", { step: from, to }).then((reply) => {
      if (!isRefusal(reply)) setOpen((now) => (now === from ? to : now));
    });
  };
  const remove = (number: number) => void ask("remove_table_step", { step: number }).then(() => setOpen(null));
  const key = (event: KeyboardEvent, number: number) => {
    const by = event.altKey ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : undefined;
    if (by === undefined && event.key !== "Delete") return;
    event.preventDefault();
    event.stopPropagation();
    if (by === undefined) remove(number);
    else move(number, number + by);
  };
  return (
    <div className="kw-stack">
      <div className="kw-table-steps">
        <span className="kw-soft kw-second">{words.data.steps}</span>
        <ol aria-label={words.data.steps} data-testid="kw-table-steps">
          {steps.map(({ text }, number) => (
            <li key={number}>
              <button type="button" className="kw-chip kw-chip-button" aria-expanded={open === number} aria-controls={id} title={words.data.stepKeys} onClick={() => setOpen(open === number ? null : number)} onKeyDown={(event) => key(event, number)}>
                <span className="kw-ellipsis">{text}</span>
              </button>
            </li>
          ))}
        </ol>
        {offers.length > 0 && (
          <button type="button" className="kw-chip kw-chip-button kw-chip-new" aria-expanded={open === ADDING} aria-controls={id} onClick={() => setOpen(open === ADDING ? null : ADDING)}>
            {words.data.addStep}
          </button>
        )}
        <span className="kw-soft kw-second">{table.columns.length === 0 ? words.data.pictureStepsKept : words.data.stepsKept}</span>
      </div>
      <div id={id} className="kw-step-place">
        {step !== undefined && open !== null && (
          <StepForm key={open} step={step} number={open} last={steps.length - 1} move={(to) => move(open, to)} remove={() => remove(open)} close={() => setOpen(null)} />
        )}
        {open === ADDING && <NewStep offers={offers} done={() => setOpen((now) => (now === ADDING ? null : now))} />}
      </div>
    </div>
  );
}
