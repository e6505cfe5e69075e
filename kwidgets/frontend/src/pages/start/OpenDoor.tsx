// A file of a model, dropped or chosen; or nothing at all, to begin with.
import { useRef, useState } from "react";
import { useAsk } from "../../shared/context";
import type { Refusal } from "../../shared/messages";
import { PathField } from "../../shared/PathField";
import { ENDINGS, useFileDrop, useOpenFile } from "../../shared/useOpenFile";
import { words } from "../../shared/words";
import { Door } from "./Door";

interface Refused {
  name: string;
  refusal: Refusal;
}

export function OpenDoor() {
  const { ask, askQuietly } = useAsk();
  const { open, refused } = useOpened();
  const input = useRef<HTMLInputElement>(null);
  const foot = (
    <>
      <button type="button" className="kw-button kw-button-small" onClick={() => input.current?.click()}>
        {words.start.choose}
      </button>
      <button type="button" className="kw-button kw-button-small" data-testid="kw-blank" onClick={() => void ask("add", { class_name: "InputLayer" })}>
        {words.start.blank}
      </button>
    </>
  );
  return (
    <Door title={words.start.open} hint={words.start.openHint} foot={foot}>
      <Drop open={open} />
      <PathField label={words.start.path} hint={words.start.pathHint} send={words.start.openPath} ask={(path) => askQuietly("open_model", { path })} testId="kw-model-path" />
      <input
        ref={input} type="file" accept={ENDINGS} hidden aria-label={words.start.choose} data-testid="kw-file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file can be chosen again once it was mended.
          event.target.value = "";
          if (file !== undefined) void open(file);
        }}
      />
      {refused !== null && <Why refused={refused} />}
    </Door>
  );
}

function useOpened(): { open: (file: File) => Promise<void>; refused: Refused | null } {
  const openFile = useOpenFile();
  const [refused, setRefused] = useState<Refused | null>(null);
  const open = async (file: File) => {
    const refusal = await openFile(file);
    setRefused(refusal === null ? null : { name: file.name, refusal });
  };
  return { open, refused };
}

function Drop({ open }: { open: (file: File) => Promise<void> }) {
  const { over, parts } = useFileDrop((file) => void open(file));
  return (
    <div className={over ? "kw-drop kw-drop-over" : "kw-drop"} {...parts}>
      <span>{over ? words.start.dropNow : words.start.drop}</span>
      <span className="kw-least">{words.start.endings}</span>
    </div>
  );
}

function Why({ refused: { name, refusal } }: { refused: Refused }) {
  const { line, column } = refusal;
  return (
    <div className="kw-box kw-box-warn" role="alert" data-testid="kw-open-refused">
      <b className="kw-strong">{words.start.refusedFile(name)}</b> {line != null && `${words.start.place(line, column ?? 1)} `}
      {refusal.refused} {refusal.hint ?? ""}
    </div>
  );
}
