// A part that is folded away under its name.
import { type ReactNode, useId } from "react";
import { useFold } from "./InspectorContext";

interface Props {
  /** By which it is remembered; the title where none is given. */
  name?: string;
  title: string;
  count: string;
  initial?: boolean;
  children: ReactNode;
}

export function Fold({ title, name = title, count, initial = false, children }: Props) {
  const id = useId();
  const [open, setOpen] = useFold(name, initial);
  return (
    <div className="kw-stack kw-inspector-more">
      <button type="button" className="kw-fold-button" aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        <span>{title}</span>
        <span>{count}</span>
      </button>
      {open && <div id={id}>{children}</div>}
    </div>
  );
}
