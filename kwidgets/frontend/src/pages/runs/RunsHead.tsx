// The head of the page: finding, filters, what is kept, comparing.
import type { KeptRun, StoreSize } from "../../shared/messages";
import { words } from "../../shared/words";
import { documentsOf, tagsOf } from "./finding";
import { documentText } from "./texts";
import { PillMenu } from "./Menus";
import { SweepButton } from "./SweepButton";
import type { RunsView } from "./useRunsView";

interface Props {
  rows: readonly KeptRun[];
  size: StoreSize;
  view: RunsView;
  set: (change: Partial<RunsView>) => void;
  /** The model whose runs are shown; undefined: all. */
  document: string | null | undefined;
  /** How many are chosen for comparing, and whether they are being compared. */
  chosen: number;
  comparing: boolean;
  compare: (on: boolean) => void;
  changed: () => void;
}

export function RunsHead({ rows, size, view, set, document, chosen, comparing, compare, changed }: Props) {
  const { runs } = words;
  const hidden = rows.filter((row) => row.hidden).length;
  return (
    <div className="kw-runs-head" role="group" aria-label={runs.head}>
      <input
        type="search" className="kw-input kw-runs-find" placeholder={runs.find} aria-label={runs.findLabel} value={view.text} data-testid="kw-runs-find"
        onChange={(event) => set({ text: event.target.value })}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || view.text === "") return;
          set({ text: "" });
          event.stopPropagation();
        }}
      />
      <button type="button" className="kw-pill kw-runs-pill kw-runs-only" aria-pressed={view.onlyDiffering} title={runs.onlyDifferingHelp} onClick={() => set({ onlyDiffering: !view.onlyDiffering })}>
        <span aria-hidden="true">✓</span> {runs.onlyDiffering}
      </button>
      <DocumentPill rows={rows} document={document} set={set} />
      <TagPill rows={rows} tags={view.tags} set={set} />
      {hidden > 0 && (
        <button type="button" className="kw-pill kw-runs-pill kw-runs-only" aria-pressed={view.hidden} title={runs.hiddenHelp} onClick={() => set({ hidden: !view.hidden })}>
          <span aria-hidden="true">✓</span> {runs.hidden(hidden)}
        </button>
      )}
      <span className="kw-grow" />
      <span className="kw-soft kw-second kw-runs-size" title={runs.keptHelp} data-testid="kw-runs-size">
        {runs.kept(size.runs, size.bytes, size.quota)}
      </span>
      <SweepButton changed={changed} />
      <button type="button" className="kw-button kw-button-small kw-runs-compare" disabled={chosen < 2 && !comparing} title={chosen < 2 ? runs.compareHelp : undefined} aria-pressed={comparing} data-testid="kw-runs-compare" onClick={() => compare(!comparing)}>
        {comparing ? runs.compareLeave : runs.compare(chosen)}
      </button>
    </div>
  );
}

const ALL = "all";

function DocumentPill({ rows, document, set }: Pick<Props, "rows" | "document" | "set">) {
  const { runs } = words;
  const documents = documentsOf(rows);
  const textOf = (name: string | null) => (name === null ? runs.codeModels : documentText(name));
  const choices = [
    { name: ALL, text: runs.allModels, chosen: document === undefined },
    ...documents.map((name, index) => ({ name: String(index), text: textOf(name), chosen: document === name })),
  ];
  const choose = (name: string) => set({ document: name === ALL ? "all" : { name: documents[Number(name)] ?? null } });
  return <PillMenu text={document === undefined ? runs.allModels : textOf(document)} label={runs.modelLabel} choices={choices} choose={choose} active={document !== undefined} testId="kw-runs-models" />;
}

function TagPill({ rows, tags, set }: Pick<Props, "rows" | "set"> & { tags: readonly string[] }) {
  const { runs } = words;
  const known = tagsOf(rows);
  const choose = (tag: string) => set({ tags: tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag] });
  return (
    <PillMenu
      text={tags.length === 0 ? runs.tag : tags.join(", ")} label={runs.tagLabel} several active={tags.length > 0} empty={runs.noTags} testId="kw-runs-tags"
      choices={known.map((tag) => ({ name: tag, text: tag, chosen: tags.includes(tag) }))} choose={choose}
    />
  );
}
