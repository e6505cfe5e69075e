// All layers by family: what is often used first, the rest folded with counts. A click adds, a drag puts one in its place.
import { Fragment, type KeyboardEvent, useMemo, useRef, useState } from "react";
import { useAsk, useTrait } from "../shared/context";
import { focusedElement } from "../shared/deep";
import { Glyph, Icon } from "../shared/Icon";
import type { BlockEntry, LayerEntry } from "../shared/messages";
import { words } from "../shared/words";
import { useAdding } from "./useAdding";
import { usePaletteDrag } from "./usePaletteDrag";
import "./palette.css";

export function Palette({ openSearch }: { openSearch: (field: HTMLElement) => void }) {
  const { often, groups } = useTrait("catalogue");
  const blocks = useTrait("blocks");
  const all = groups.flatMap((group) => group.layers);
  const list = useRef<HTMLDivElement>(null);
  const usual = often.map((name) => all.find((entry) => entry.class_name === name)).filter((entry) => entry !== undefined);
  return (
    <div role="group" className="kw-palette" aria-label={words.palette.label}>
      <button type="button" className="kw-search-field" data-testid="kw-search-field" aria-haspopup="dialog" onClick={(event) => openSearch(event.currentTarget)}>
        <Icon name="search" size={15} />
        <span className="kw-grow kw-ellipsis">{words.palette.searchHint}</span>
        <span className="kw-key">/</span>
        <span className="kw-hidden">{words.palette.searchLabel}</span>
      </button>
      <div className="kw-palette-list" ref={list} onKeyDown={(event) => moveFocus(event, list.current)} onFocus={(event) => stopAt(event.target, list.current)}>
        <h3 className="kw-palette-head">{words.palette.often}</h3>
        <Entries entries={usual} first />
        {groups.map((group) => (
          <Folded key={group.name} title={group.title} count={group.layers.length}>
            <Entries entries={group.layers} />
          </Folded>
        ))}
        <Folded title={words.palette.blocks} count={blocks.length}>
          <Blocks blocks={blocks} />
        </Folded>
      </div>
    </div>
  );
}

/** One stop for Tab; arrow keys go through all entries and titles that are shown. */
function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const step = steps[event.key];
  if (list === null || step === undefined) return;
  const stops = [...list.querySelectorAll<HTMLElement>("button[data-stop]")];
  const at = stops.indexOf(focusedElement() as HTMLElement);
  const next = stops[Math.max(0, Math.min(stops.length - 1, at + step))];
  next?.focus();
  event.preventDefault();
}

/** What had the focus last is what Tab comes back to. */
function stopAt(focused: Element, list: HTMLElement | null): void {
  if (focused.matches("[data-stop]")) for (const stop of list?.querySelectorAll<HTMLElement>("button[data-stop]") ?? []) stop.tabIndex = stop === focused ? 0 : -1;
}

function Folded({ title, count, children }: { title: string; count: number; children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <section>
      <button type="button" className="kw-palette-head kw-palette-fold" data-stop tabIndex={-1} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>{title}</span>
        <span>{count}</span>
      </button>
      {open && children}
    </section>
  );
}

function Entries({ entries, first = false }: { entries: readonly LayerEntry[]; first?: boolean }) {
  return (
    <ul>
      {entries.map((entry, index) => (
        <li key={entry.class_name}>
          <Entry entry={entry} stop={first && index === 0} />
        </li>
      ))}
    </ul>
  );
}

function Entry({ entry, stop }: { entry: LayerEntry; stop: boolean }) {
  const add = useAdding();
  const offered = useMemo(() => ({ class_name: entry.class_name }), [entry.class_name]);
  const drag = usePaletteDrag(offered, entry.title);
  return (
    <button
      type="button" className="kw-entry" data-stop data-testid={`kw-palette-${entry.class_name}`} tabIndex={stop ? 0 : -1}
      title={`${entry.help}\n${words.palette.addHelp}`} onPointerDown={drag.begin} onClick={() => drag.wasClick() && void add(offered)}
    >
      <Glyph family={entry.family} />
      <span className="kw-entry-name">{inParts(entry.title)}</span>
    </button>
  );
}

/** A class name with places where a line may end: before its words, where the column is too narrow for all of it. */
function inParts(title: string): React.ReactNode[] {
  return title.split(/(?=[A-Z][a-z])/).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

function Blocks({ blocks }: { blocks: readonly BlockEntry[] }) {
  if (blocks.length === 0) return <p className="kw-soft kw-least kw-palette-none">{words.palette.noBlocks}</p>;
  return (
    <ul>
      {blocks.map((block) => (
        <Block key={block.name} block={block} />
      ))}
    </ul>
  );
}

function Block({ block: { name, layers, help } }: { block: BlockEntry }) {
  const { ask } = useAsk();
  const add = useAdding();
  const offered = useMemo(() => ({ name }), [name]);
  const drag = usePaletteDrag(offered, name);
  const remove = words.palette.removeBlock(name);
  return (
    <li className="kw-row">
      <button
        type="button" className="kw-entry kw-grow" data-stop data-testid="kw-block" tabIndex={-1} title={`${words.palette.blockLayers(layers)}: ${help}\n${words.palette.addHelp}`}
        onPointerDown={drag.begin} onClick={() => drag.wasClick() && void add(offered)}
      >
        <Glyph family="merge" />
        <span className="kw-ellipsis">{name}</span>
      </button>
      <button type="button" className="kw-icon-button" data-stop tabIndex={-1} aria-label={remove} title={remove} onClick={() => void ask("remove_block", { name })}>
        <Icon name="close" size={12} />
      </button>
    </li>
  );
}
