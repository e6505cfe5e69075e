// The tags of a run: each can be taken off, one more is typed.
import { type KeyboardEvent, useState } from "react";
import { useAsk } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import type { KeptRun } from "../../shared/messages";
import { words } from "../../shared/words";

export function Tags({ row: { id, tags }, changed }: { row: KeptRun; changed: () => void }) {
  const { ask } = useAsk();
  const [typed, setTyped] = useState<string | null>(null);
  const set = async (next: readonly string[]) => {
    await ask("tag_run", { run: id, tags: next });
    changed();
  };
  const add = () => {
    const tag = (typed ?? "").trim();
    setTyped(null);
    if (tag !== "" && !tags.includes(tag)) void set([...tags, tag]);
  };
  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.stopPropagation();
    if (event.key === "Escape") setTyped(null);
    else add();
  };
  return (
    <div className="kw-run-tags" role="group" aria-label={words.runs.tagsLabel} data-testid="kw-run-tags">
      {tags.map((tag) => (
        <span key={tag} className="kw-runs-tag kw-run-tag">
          {tag}
          <button type="button" aria-label={words.runs.removeTag(tag)} title={words.runs.removeTag(tag)} onClick={() => void set(tags.filter((one) => one !== tag))}>
            <Icon name="close" size={9} />
          </button>
        </span>
      ))}
      {typed === null ? (
        <button type="button" className="kw-run-add-tag" aria-label={words.runs.addTag} title={words.runs.addTag} onClick={() => setTyped("")}>
          <Icon name="plus" size={10} /> {words.runs.tagPlaceholder}
        </button>
      ) : (
        <input className="kw-input kw-run-tag-input" autoFocus aria-label={words.runs.addTag} placeholder={words.runs.tagPlaceholder} value={typed} onChange={(event) => setTyped(event.target.value)} onKeyDown={keyDown} onBlur={add} />
      )}
    </div>
  );
}
