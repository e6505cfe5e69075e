// What a wire becomes that was let go on a card with a wire already: both joined, or the new one alone.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { useShared } from "../shared/context";
import { shapeText } from "../shared/figures";
import { words } from "../shared/words";
import type { Joining } from "./useJoining";

export function JoinMenu({ joining: { offer, choose, close } }: { joining: Joining }) {
  const { root } = useShared();
  const box = root()?.getBoundingClientRect();
  if (offer === null || box === undefined) return null;
  const { canvas } = words;
  return (
    <Menu.Root open modal={false} onOpenChange={(open) => !open && close()}>
      <Menu.Portal container={root()}>
        <div className="kw-join-at" style={{ left: offer.at.x - box.left, top: offer.at.y - box.top }}>
          <Menu.Trigger className="kw-hidden" tabIndex={-1} aria-hidden="true" />
        </div>
      </Menu.Portal>
      <Menu.Portal container={root()}>
        <Menu.Content
          className="kw-popup kw-menu kw-join" align="start" collisionPadding={8} aria-label={canvas.joinTitle} data-testid="kw-join"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            root()?.querySelector<HTMLElement>(".kw-canvas")?.focus();
          }}
        >
          <Menu.Label className="kw-soft kw-second kw-join-title">{canvas.joinTaken(offer.taken ?? "")}</Menu.Label>
          {offer.joins.map(({ class_name, shape, says }) => (
            <Menu.Item key={class_name} className="kw-menu-item" disabled={says !== null} onSelect={() => choose(class_name)}>
              <span>{canvas.joinBy(class_name)}</span>
              <span className="kw-soft kw-second">{says ?? shapeText(shape)}</span>
            </Menu.Item>
          ))}
          <Menu.Item className="kw-menu-item" onSelect={() => choose(null)}>
            {canvas.joinInstead(offer.taken ?? "")}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
