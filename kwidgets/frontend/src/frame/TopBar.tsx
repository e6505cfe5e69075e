// Name, undo, pages, state, export, the one main button, full page.
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useEdit } from "../form/useEdit";
import { ExportMenu } from "../pages/code/ExportMenu";
import { useHasDraft } from "../pages/code/CodeDrafts";
import { isRefusal } from "../shared/connection";
import { useAsk, useGraph, useTrait } from "../shared/context";
import { fieldText } from "../shared/figures";
import type { Field, Json } from "../shared/messages";
import { Icon } from "../shared/Icon";
import { words } from "../shared/words";
import { PAGES, type Page, useBuilder } from "./BuilderContext";
import { useNamedCommands } from "./CommandsContext";
import type { FullPage } from "./Frame";
import { MainButton } from "./MainButton";

interface Props {
  fullPage: FullPage;
  openPalette: () => void;
  showProblems: () => void;
  showKeys: () => void;
}

export function TopBar({ fullPage, openPalette, showProblems, showKeys }: Props) {
  const { frame } = words;
  return (
    <div className="kw-top">
      <button type="button" className="kw-button kw-button-small kw-add-layer" onClick={openPalette} aria-label={frame.addLayerLong}>
        <Icon name="plus" size={13} />
        <span className="kw-add-word">{frame.addLayer}</span>
      </button>
      <ModelName />
      <span className="kw-top-line" />
      <History />
      <span className="kw-grow" />
      <PageTabs />
      <span className="kw-grow" />
      <StatusPill showProblems={showProblems} />
      <ExportMenu />
      <MainButton />
      <button type="button" className="kw-icon-button kw-keys-button" aria-label={frame.keysHelp} title={frame.keysHelp} onClick={showKeys}>
        <Icon name="help" />
      </button>
      <button
        type="button" className="kw-icon-button" aria-pressed={fullPage.full} data-testid="kw-full-page" onClick={fullPage.toggle}
        aria-label={fullPage.full ? frame.leaveFullPage : frame.fullPage} title={fullPage.full ? frame.leaveFullPage : frame.fullPage}
      >
        <Icon name={fullPage.full ? "leave" : "full"} />
      </button>
    </div>
  );
}

const WRITING = { show: fieldText, read: (text: string): Json => text.trim() };

function ModelName() {
  const { head, order } = useGraph();
  const { ask } = useAsk();
  const [naming, setNaming] = useState(false);
  const field = useMemo<Field>(
    () => ({ name: "name", label: words.frame.nameLabel, help: "", control: { kind: "text" }, value: head.name, default: null, old_names: [], mixed: false }),
    [head.name],
  );
  const send = async (name: Json) => {
    const reply = await ask("name_model", { name: fieldText(name) });
    return isRefusal(reply) ? reply : null;
  };
  const edit = useEdit(field, WRITING, send, "name of the model");
  const shown = edit.typed ?? fieldText(edit.value);
  const end = () => {
    edit.leave();
    setNaming(false);
  };
  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") edit.restore();
    if (event.key === "Escape" || event.key === "Enter") event.currentTarget.blur();
  };
  const about = head.totals.layers === 0 ? words.frame.empty : words.frame.about(head.kind, head.totals.layers, order.length);
  return (
    <span className="kw-name">
      {!naming ? (
        <button type="button" className="kw-name-button kw-ellipsis" title={words.frame.rename} data-testid="kw-model-name" onClick={() => setNaming(true)}>
          {shown}
        </button>
      ) : (
        <input className="kw-input kw-name-input" autoFocus aria-label={words.frame.nameLabel} value={shown} onChange={(event) => edit.type(event.target.value)} onBlur={end} onKeyDown={keyDown} />
      )}
      <span className="kw-soft kw-ellipsis kw-about" title={about} data-testid="kw-totals">
        {about}
      </span>
    </span>
  );
}

function History() {
  const { head } = useGraph();
  const titles = { undo: words.frame.undo(head.undo), redo: words.frame.redo(head.redo) };
  return (
    <>
      {useNamedCommands(["undo", "redo"]).map((command) => (
        <button
          key={command.name} type="button" className="kw-icon-button" disabled={!command.enabled} data-testid={`kw-${command.name}`}
          aria-label={titles[command.name as "undo" | "redo"]} title={titles[command.name as "undo" | "redo"]} onClick={command.run}
        >
          <Icon name={command.name as "undo" | "redo"} />
        </button>
      ))}
    </>
  );
}

function PageTabs() {
  const { page, go } = useBuilder();
  const tabs = useRef<HTMLDivElement>(null);
  // A narrow bar shows some of them: the chosen one is to be among these.
  useEffect(() => {
    const [list, chosen] = [tabs.current, tabs.current?.querySelector<HTMLElement>(`[data-page="${page}"]`)];
    if (list != null && chosen != null) list.scrollLeft = chosen.offsetLeft - list.offsetLeft - (list.clientWidth - chosen.offsetWidth) / 2;
  }, [page]);
  const unsent = useHasDraft();
  const keyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const at = PAGES.indexOf(page);
    const to: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 };
    const next = to[event.key] === undefined ? undefined : PAGES.at((to[event.key] ?? 0) % PAGES.length);
    if (next === undefined) return;
    go(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-page="${next}"]`)?.focus();
    event.preventDefault();
  };
  return (
    <div ref={tabs} className="kw-segments" role="tablist" aria-label={words.frame.pagesLabel} onKeyDown={keyDown}>
      {PAGES.map((one: Page) => (
        <button key={one} type="button" role="tab" data-page={one} data-testid={`kw-page-${one}`} aria-selected={one === page} tabIndex={one === page ? 0 : -1} onClick={() => go(one)}>
          {words.frame.pages[one]}
          {one === "code" && unsent && (
            <span className="kw-unsent" title={words.frame.unsent}>
              <span className="kw-hidden">{words.frame.unsent}</span>
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

function StatusPill({ showProblems }: { showProblems: () => void }) {
  const { head } = useGraph();
  const run = useTrait("run");
  const { frame } = words;
  const errors = head.problems.filter((problem) => problem.severity === "error").length;
  if (head.totals.layers === 0) return null;
  if (run.state === "running" || run.state === "paused" || run.state === "stopping") {
    return (
      <span className="kw-pill kw-status">
        <i className="kw-dot kw-dot-ok" />
        {frame.epoch(run.epoch, run.epochs)}
      </span>
    );
  }
  if (errors > 0) {
    return (
      <button type="button" className="kw-pill kw-pill-wrong kw-status" data-testid="kw-status" onClick={showProblems}>
        <i className="kw-dot" />
        {frame.problems(errors)}
      </button>
    );
  }
  const trained = run.conclusion !== null && run.stale === null ? run.conclusion.epochs : null;
  return (
    <span className={`kw-pill kw-status ${trained === null ? "" : "kw-status-long"}`} data-testid="kw-status">
      <i className="kw-dot kw-dot-ok" />
      {trained === null ? frame.ready : frame.trained(trained)} <b>· {frame.parameters(head.totals.parameters)}</b>
    </span>
  );
}
