// A pill that opens a list of choices, and the menu of one run.
import * as Menu from "@radix-ui/react-dropdown-menu";
import { type ReactNode, useState } from "react";
import { useShared } from "../../shared/context";

export interface Choice {
  name: string;
  text: string;
  chosen: boolean;
}

interface PillProps {
  text: string;
  label: string;
  choices: readonly Choice[];
  choose: (name: string) => void;
  /** Whether several can be chosen, so that the list stays open. */
  several?: boolean;
  /** Whether it keeps runs away, which its look tells. */
  active: boolean;
  empty?: string;
  testId: string;
}

export function PillMenu({ text, label, choices, choose, several = false, active, empty, testId }: PillProps) {
  return (
    <Dropdown trigger={<span className="kw-ellipsis">{text}</span>} className={`kw-pill kw-runs-pill ${active ? "kw-runs-pill-on" : ""}`} label={`${label}: ${text}`} mark testId={testId}>
      {choices.length === 0 && <p className="kw-soft kw-second kw-runs-menu-empty">{empty}</p>}
      {choices.map(({ name, text: line, chosen }) => (
        <Menu.CheckboxItem key={name} className="kw-menu-item" checked={chosen} onSelect={(event) => several && event.preventDefault()} onCheckedChange={() => choose(name)}>
          <span className="kw-ellipsis">{line}</span>
          <span aria-hidden="true">{chosen ? "✓" : ""}</span>
        </Menu.CheckboxItem>
      ))}
    </Dropdown>
  );
}

interface DropdownProps {
  trigger: ReactNode;
  className: string;
  label: string;
  /** Whether a sign says that it opens. */
  mark?: boolean;
  align?: "start" | "end";
  testId: string;
  children: ReactNode;
}

export function Dropdown({ trigger, className, label, mark = false, align = "start", testId, children }: DropdownProps) {
  const { root } = useShared();
  const [open, setOpen] = useState(false);
  return (
    <Menu.Root modal={false} open={open} onOpenChange={setOpen}>
      <Menu.Trigger className={className} aria-label={label} title={label} data-testid={testId}>
        {trigger}
        {mark && <span aria-hidden="true">▾</span>}
      </Menu.Trigger>
      <Menu.Portal container={root()}>
        <Menu.Content className="kw-popup kw-menu" aria-label={label} align={align} sideOffset={4} collisionPadding={8}>
          {children}
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}

interface ItemProps {
  text: string;
  run: () => void;
  danger?: boolean;
  keys?: string;
}

export function Item({ text, run, danger = false, keys }: ItemProps) {
  return (
    <Menu.Item className="kw-menu-item" onSelect={run}>
      <span className={danger ? "kw-wrong-text" : undefined}>{text}</span>
      {keys !== undefined && <kbd className="kw-key">{keys}</kbd>}
    </Menu.Item>
  );
}

export const Line = () => <Menu.Separator className="kw-menu-line" />;
