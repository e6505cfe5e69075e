// What can be done with a run as a whole: open it, train it again, go on with it.
import { useState } from "react";
import { useBuilder } from "../../frame/BuilderContext";
import { copyText } from "../../shared/clipboard";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import type { KeptRun, RunDetails } from "../../shared/messages";
import { words } from "../../shared/words";

/** Why a fit in code cannot go on from here, and the line that does it there. */
function InCode({ missing, code }: { missing: string; code: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => setCopied(await copyText(code));
  return (
    <div className="kw-run-in-code" data-testid="kw-run-in-code">
      <p className="kw-soft kw-second">{missing}</p>
      <div className="kw-row">
        <code className="kw-grow kw-run-code">{code}</code>
        <button type="button" className="kw-button kw-button-small" onClick={() => void copy()}>
          {copied ? words.runs.copied : words.runs.copy}
        </button>
      </div>
    </div>
  );
}

const GOES_ON: ReadonlySet<KeptRun["state"]> = new Set(["interrupted", "stopped"]);

export function RunActions({ row, details }: { row: KeptRun; details: RunDetails | null }) {
  const { ask } = useAsk();
  const { go } = useBuilder();
  const opens = details?.opens ?? true;
  const run = row.id;
  const start = async (gesture: "repeat_run" | "resume_run") => {
    if (!isRefusal(await ask(gesture, { run }))) go("train");
  };
  const open = async () => {
    if (!isRefusal(await ask("open_run", { run }))) go("build");
  };
  const resumes = GOES_ON.has(row.state) && opens && (details === null || details.checkpoints.length > 0);
  return (
    <>
      <div className="kw-two kw-run-actions">
        {resumes && (
          <button type="button" className="kw-button kw-button-small kw-button-main" title={words.runs.resumeHelp} onClick={() => void start("resume_run")}>
            {words.runs.resume}
          </button>
        )}
        <button type="button" className="kw-button kw-button-small" disabled={!opens} title={words.runs.openHelp} onClick={() => void open()}>
          {words.runs.open}
        </button>
        <button type="button" className="kw-button kw-button-small" disabled={!opens} title={words.runs.repeatHelp} onClick={() => void start("repeat_run")}>
          {words.runs.repeat}
        </button>
      </div>
      {details !== null && details.missing !== null && <InCode missing={details.missing} code={details.code ?? ""} />}
    </>
  );
}
