// The search box: what fits here, old names, what fits after a change, what is in the model. Enter adds and wires.
import { useCombobox, type UseComboboxReturnValue } from "downshift";
import { type ChangeEvent, type FocusEvent, type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Offered, SearchRequest } from "../frame/BuilderContext";
import { offerFields } from "../inspector/offerFields";
import { focusedElement } from "../shared/deep";
import { shapeText } from "../shared/figures";
import { useShared } from "../shared/context";
import { Glyph, Icon } from "../shared/Icon";
import type { Consequences, SearchRow } from "../shared/messages";
import { words } from "../shared/words";
import { isWorse, shortly } from "./consequences";
import { FOLD, type SearchItem, sectionsOf } from "./sections";
import { useChoosing } from "./useChoosing";
import { type Found, useFound } from "./useFound";
import { useOffering } from "./useOffering";
import "./search.css";

const WIDTH = 366;
const HEIGHT = 430;

export function SearchBox({ request, close }: { request: SearchRequest; close: () => void }) {
  const { root } = useShared();
  const [text, setText] = useState("");
  const [all, setAll] = useState(false);
  const found = useFound(text, request, all);
  const choose = useChoosing(request, close);
  const beside = useRef(false);
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ left: 0, top: 0 });
  const { items } = found;

  useLayoutEffect(() => setAt(placed(request.at, root())), [request, root]);
  const add = useCallback((row: SearchRow, besides: boolean) => void choose(row, besides), [choose]);
  const focus = useCallback(() => place.current?.querySelector("input")?.focus(), []);
  const take = (item: SearchItem | null) => {
    if (item === FOLD) setAll(!all);
    else if (item !== null && item === hot && offered !== null) offered.add(beside.current);
    else void choose(item, beside.current);
  };
  const box = useCombobox<SearchItem>({
    items: [...items],
    isOpen: true,
    defaultHighlightedIndex: 0,
    selectedItem: null,
    inputValue: text,
    itemToString: nameOf,
    stateReducer: ({ highlightedIndex }, { changes }) => stays(changes) || isAdjusted(root()) ? { ...changes, highlightedIndex: Math.max(0, highlightedIndex) } : changes,
    onSelectedItemChange: ({ selectedItem }) => take(selectedItem),
  });
  const waitForAnswer = useLateEnter(found, (row) => void choose(row, beside.current));
  useEffect(focus, [focus]);
  const hot = items[box.highlightedIndex] ?? null;
  const offered = useOffering(hot === FOLD ? null : hot, request, { add, leave: focus });
  const { setHighlightedIndex } = box;
  const gone = box.highlightedIndex >= items.length;
  // Another text has another first row; the same one with more rows leaves the chosen row where it is.
  useEffect(() => setHighlightedIndex(0), [text, request, gone, setHighlightedIndex]);

  const keyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") close();
    if (event.key === "Tab" && !event.shiftKey && goToSettings(root())) event.preventDefault();
    const turns = hot === FOLD && event.key === (all ? "ArrowLeft" : "ArrowRight");
    if (turns) setAll(!all);
    if (event.key === "Enter") beside.current = event.altKey;
    if (!turns && (event.key !== "Enter" || found.fresh)) return;
    if (!turns && hot !== FOLD) waitForAnswer();
    event.preventDefault();
    Object.assign(event.nativeEvent, { preventDownshiftDefault: true });
  };
  // Told by the event itself: by way of downshift's state quick typing loses letters.
  const typed = (event: ChangeEvent<HTMLInputElement>) => {
    setText(event.target.value);
    setAll(false);
  };
  const label = request.find === true ? words.palette.findLabel : words.palette.searchLabel;
  return (
    <div
      className="kw-search kw-popup" ref={place} style={{ ...at, width: WIDTH, maxHeight: HEIGHT }} data-testid="kw-search"
      onBlur={(event) => event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget) && !isBeside(event.relatedTarget) && close()}
    >
      <div className="kw-search-head">
        <Icon name="search" size={15} />
        <input {...box.getInputProps({ onKeyDown: keyDown, onChange: typed, onBlur: takeNothing })} className="kw-search-input" aria-label={label} placeholder={request.find === true ? words.palette.finding : words.palette.searching} spellCheck={false} />
        <span className="kw-key">{words.palette.enter}</span>
      </div>
      <List box={box} found={found} all={all} offered={offered} pressed={() => (beside.current = false)}>
        {found.fresh && items.length === 0 && (
          <div className="kw-search-none">
            <bdi>{words.palette.nothing(text)}</bdi> <span className="kw-soft">{request.find === true ? words.palette.notFoundHint : words.palette.nothingHint}</span>
          </div>
        )}
      </List>
      {request.find !== true && items.length > 0 && <Foot offered={offered} />}
    </div>
  );
}

/**
 * Whether the chosen row stays chosen: the line that opens what is folded, from which the next arrow key goes on, and any
 * row when a pointer leaves the list, for Enter always has something to add.
 */
const stays = (changes: { selectedItem?: SearchItem | null; highlightedIndex?: number }): boolean => changes.selectedItem === FOLD || changes.highlightedIndex === -1;

/** Whether a setting of the chosen row has the focus: a pointer on its way there must not choose another row. */
const isAdjusted = (root: HTMLElement | null): boolean => {
  const focused = focusedElement();
  return focused !== null && offerFields(root).includes(focused as HTMLElement);
};

/** What belongs to the open search besides its box: the inspector, which shows the settings of what is offered. */
const isBeside = (element: Element): boolean => element.closest(".kw-inspector") !== null;

/** The first setting of what is offered takes the focus, all of it chosen as by the browser's own Tab; false where it has none. */
function goToSettings(root: HTMLElement | null): boolean {
  const [first] = offerFields(root);
  first?.focus();
  if (first instanceof HTMLInputElement) first.select();
  return first !== undefined;
}

/** Leaving the text takes no row: Tab goes on to the row's settings. */
const takeNothing = (event: FocusEvent) => Object.assign(event.nativeEvent, { preventDownshiftDefault: true });

const nameOf = (item: SearchItem | null): string => (item === FOLD ? "" : (item?.title ?? ""));

/** For an Enter that comes before the answer to what was typed last: the first row is taken once it is there. */
function useLateEnter({ fresh, rows }: Found, take: (row: SearchRow | null) => void): () => void {
  const waiting = useRef(false);
  useEffect(() => {
    if (!waiting.current || !fresh) return;
    waiting.current = false;
    take(rows[0] ?? null);
  });
  return useCallback(() => {
    waiting.current = true;
  }, []);
}

interface ListProps {
  box: UseComboboxReturnValue<SearchItem>;
  found: Found;
  /** Whether what does not fit is shown, too. */
  all: boolean;
  offered: Offered | null;
  pressed: () => void;
  children: React.ReactNode;
}

function List({ box, found: { items, after, folded }, all, offered, pressed, children }: ListProps) {
  return (
    <div {...box.getMenuProps({ "aria-label": words.palette.results })} className="kw-search-list">
      {sectionsOf(items, after).map(({ title, items: own }) => (
        <div key={title} role="group" aria-label={title}>
          <h4 className="kw-search-section" aria-hidden="true">{title}</h4>
          {own.map(({ item, index }) => (
            <div key={index} {...box.getItemProps({ item, index, onPointerDown: pressed })} className={classOf(item, all, box.highlightedIndex === index)}>
              {item === FOLD ? <span>{all ? words.palette.showFewer : words.palette.showAll(folded?.count ?? 0)}</span> : <Row row={item} brings={box.highlightedIndex === index ? (offered?.brings ?? null) : null} />}
            </div>
          ))}
        </div>
      ))}
      {children}
    </div>
  );
}

function classOf(item: SearchItem, all: boolean, hot: boolean): string {
  const kinds = item === FOLD ? ["kw-search-fold", all && "kw-search-unfolded"] : [item.section === "change" && "kw-search-change"];
  return ["kw-search-row", hot && "kw-search-hot", ...kinds].filter(Boolean).join(" ");
}

/** brings: of the chosen row, whose settings may have been changed since. */
function Row({ row, brings }: { row: SearchRow; brings: Consequences | null }) {
  const { palette } = words;
  const layer = row.change === null && row.old_name === null ? (brings?.layer ?? null) : null;
  const settings = row.change ?? (layer === null || layer.line === "" ? row.line : layer.line);
  const shape = layer?.shape ?? row.shape;
  const says = row.section === "model" ? row.line : row.old_name === null ? settings : palette.isNow(row.class_name, row.change);
  return (
    <>
      <Glyph family={row.family} />
      <span className="kw-ellipsis kw-grow" title={`${row.title} ${says}`}>
        <b>{row.title}</b> <span className="kw-soft">{says}</span>
      </span>
      {shape !== null && <span className="kw-mono kw-soft">{shapeText(shape)}</span>}
    </>
  );
}

/** What the chosen row would change, or what the keys do; said to screen readers as it changes. */
function Foot({ offered }: { offered: Offered | null }) {
  const adds = offered !== null && offered.row.go === null;
  const unused = adds && offered.row.unused.length > 0 ? words.palette.unused(offered.row.unused) : "";
  const brings = adds ? offered.brings : null;
  const wrong = brings !== null && isWorse(brings);
  return (
    <div className={`kw-search-foot ${wrong ? "kw-search-foot-wrong" : ""}`} role="status" data-testid="kw-search-foot">
      {unused !== "" && <span className="kw-strong">{unused} </span>}
      {brings === null ? (unused === "" ? words.palette.add : "") : shortly(brings)}
    </div>
  );
}

/** Where the box stands inside the view: all of it visible, and beside the column that shows what is offered. */
function placed(at: { x: number; y: number }, root: HTMLElement | null): { left: number; top: number } {
  const box = root?.getBoundingClientRect();
  if (box === undefined) return { left: 0, top: 0 };
  const column = root?.querySelector(".kw-inspector:not(.kw-inspector-sheet)")?.getBoundingClientRect();
  const right = (column?.left ?? box.right) - box.left;
  const within = (value: number, most: number) => Math.max(8, Math.min(value, most));
  return { left: within(at.x - box.left, right - WIDTH - 8), top: within(at.y - box.top, box.height - HEIGHT - 8) };
}
