// Takes the model away as a file: texts, pictures, weights, history.
import "./code.css";
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk, useGraph, useShared, useTrait } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import { words } from "../../shared/words";
import { download } from "./download";

const GROUPS = [["yaml", "json", "python"], ["svg", "png", "pdf"], ["weights", "history"]] as const;
type What = (typeof GROUPS)[number][number];

export function ExportMenu() {
  const { root } = useShared();
  const { ask } = useAsk();
  const missing = useMissing();
  // Known here, so that the menu's place in the page is looked up when it opens, not before the page stands.
  const [open, setOpen] = useState(false);
  const save = async (what: What) => {
    const reply = await ask("export", { what });
    if (!isRefusal(reply)) download(reply);
  };
  return (
    <Menu.Root modal={false} open={open} onOpenChange={setOpen}>
      <Menu.Trigger className="kw-button" aria-label={words.code.export} data-testid="kw-export">
        <span className="kw-export-word">
          {words.code.export} <span aria-hidden="true">▾</span>
        </span>
        <span className="kw-export-icon">
          <Icon name="save" size={16} />
        </span>
      </Menu.Trigger>
      <Menu.Portal container={root()}>
        <Menu.Content className="kw-popup kw-menu" aria-label={words.code.exportAs} align="end" sideOffset={4} collisionPadding={8}>
          {GROUPS.map((group, index) => (
            <Menu.Group key={group[0]}>
              {index > 0 && <Menu.Separator className="kw-menu-line" />}
              {group.map((what) => (
                <Item key={what} what={what} why={missing(what)} save={save} />
              ))}
            </Menu.Group>
          ))}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Item({ what, why, save }: { what: What; why: string | null; save: (what: What) => Promise<void> }) {
  return (
    <Menu.Item className="kw-menu-item" disabled={why !== null} data-testid={`kw-export-${what}`} onSelect={() => void save(what)}>
      <span>{words.code.whats[what]}</span>
      <span className="kw-soft kw-second">{why ?? words.code.endings[what]}</span>
    </Menu.Item>
  );
}

/** Why a file of this kind cannot be made now; null: it can. */
function useMissing(): (what: What) => string | null {
  const { cards } = useGraph();
  const run = useTrait("run");
  const trained = run.id !== null;
  return (what) => {
    if (what === "weights" || what === "history") return trained ? null : words.code.needsTraining;
    const isPicture = what === "svg" || what === "png" || what === "pdf";
    return isPicture && cards.size === 0 ? words.code.needsLayers : null;
  };
}
