// The search box: what fits here, old names, what fits after a change, what is in the model. Enter adds and wires.
import { useCombobox } from "downshift";
import { type ChangeEvent, type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type SearchRequest, useBuilder } from "../frame/BuilderContext";
import { shapeText } from "../shared/figures";
import { useShared } from "../shared/context";
import { Glyph, Icon } from "../shared/Icon";
import type { SearchRow } from "../shared/messages";
import { words } from "../shared/words";
import { sectionsOf } from "./sections";
import { useChoosing } from "./useChoosing";
import { useFound } from "./useFound";
import "./search.css";

const WIDTH = 366;
const HEIGHT = 400;

export function SearchBox({ request, close }: { request: SearchRequest; close: () => void }) {
  const { root } = useShared();
  const [text, setText] = useState("");
  const { offer } = useBuilder();
  const found = useFound(text, request);
  const choose = useChoosing(request, close);
  const beside = useRef(false);
  const waitingForEnter = useRef(false);
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ left: 0, top: 0 });
  const rows = found.rows;

  useLayoutEffect(() => setAt(placed(request.at, root())), [request, root]);
  const box = useCombobox<SearchRow>({
    items: [...rows],
    isOpen: true,
    defaultHighlightedIndex: 0,
    selectedItem: null,
    inputValue: text,
    itemToString: (row) => row?.title ?? "",
    onSelectedItemChange: ({ selectedItem }) => void choose(selectedItem, beside.current),
  });
  // The answer to what was typed last may still be on its way when Enter comes.
  useEffect(() => {
    if (!waitingForEnter.current || !found.fresh) return;
    waitingForEnter.current = false;
    void choose(rows[0] ?? null, beside.current);
  }, [found.fresh, rows, choose]);
  useEffect(() => place.current?.querySelector("input")?.focus(), []);
  const hot = rows[box.highlightedIndex] ?? null;
  useEffect(() => {
    offer(hot);
    return () => offer(null);
  }, [hot, offer]);
  const { setHighlightedIndex } = box;
  useEffect(() => setHighlightedIndex(0), [rows, setHighlightedIndex]);

  const keyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") close();
    if (event.key !== "Enter") return;
    beside.current = event.altKey;
    if (found.fresh) return;
    waitingForEnter.current = true;
    event.preventDefault();
    Object.assign(event.nativeEvent, { preventDownshiftDefault: true });
  };
  // Told by the event itself: by way of downshift's state quick typing loses letters.
  const typed = (event: ChangeEvent<HTMLInputElement>) => setText(event.target.value);
  return (
    <div
      className="kw-search kw-popup" ref={place} style={{ ...at, width: WIDTH, maxHeight: HEIGHT }} data-testid="kw-search"
      onBlur={(event) => event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget) && close()}
    >
      <div className="kw-search-head">
        <Icon name="search" size={15} />
        <input {...box.getInputProps({ onKeyDown: keyDown, onChange: typed })} className="kw-search-input" aria-label={request.find === true ? words.palette.findLabel : words.palette.searchLabel} placeholder={request.find === true ? words.palette.finding : words.palette.searching} spellCheck={false} />
        <span className="kw-key">{words.palette.enter}</span>
      </div>
      <div {...box.getMenuProps({ "aria-label": words.palette.results })} className="kw-search-list">
        {sectionsOf(rows, found.after).map(({ title, rows: own }) => (
          <div key={title} role="group" aria-label={title}>
            <h4 className="kw-search-section" aria-hidden="true">{title}</h4>
            {own.map(({ row, index }) => (
              <div key={index} {...box.getItemProps({ item: row, index, onPointerDown: () => (beside.current = false) })} className={`kw-search-row ${box.highlightedIndex === index ? "kw-search-hot" : ""}`}>
                <Row row={row} />
              </div>
            ))}
          </div>
        ))}
        {found.fresh && rows.length === 0 && (
          <div className="kw-search-none">
            {words.palette.nothing(text)} <span className="kw-soft">{request.find === true ? words.palette.notFoundHint : words.palette.nothingHint}</span>
          </div>
        )}
      </div>
    </div>
  );
}

function Row({ row }: { row: SearchRow }) {
  const { palette } = words;
  const settings = row.change ?? row.line;
  const says = row.section === "model" ? palette.goThere : row.old_name === null ? settings : palette.isNow(row.class_name, row.change);
  return (
    <>
      <Glyph family={row.family} />
      <span className="kw-ellipsis kw-grow" title={`${row.title} ${says}`}>
        <b>{row.title}</b> <span className="kw-soft">{says}</span>
      </span>
      {row.shape !== null && <span className="kw-mono kw-soft">{shapeText(row.shape)}</span>}
    </>
  );
}

/** Where the box stands inside the view, all of it visible. */
function placed(at: { x: number; y: number }, root: HTMLElement | null): { left: number; top: number } {
  const box = root?.getBoundingClientRect();
  if (box === undefined) return { left: 0, top: 0 };
  const within = (value: number, most: number) => Math.max(8, Math.min(value, most));
  return { left: within(at.x - box.left, box.width - WIDTH - 8), top: within(at.y - box.top, box.height - HEIGHT - 8) };
}
