// A table at one look: asked again until all its rows have been looked through, when it was read again, and when it is another one.
import { useEffect, useState } from "react";
import { useAnswer } from "../../shared/context";
import type { TableFacts, TableLook } from "../../shared/messages";

/** Milliseconds between two questions while more will be known. */
const AGAIN = 500;

/** name: of the table. times: how often "Read again" was pressed. Null before the first answer. */
export function useLook(name: string, table: TableFacts, times: number): TableLook | null {
  const [asked, setAsked] = useState(0);
  const about = JSON.stringify([table.target, table.rows, times]);
  const look = useAnswer("table_look", { name, about: `${about} ${asked}` });
  const [last, setLast] = useState<{ of: string; look: TableLook } | null>(null);
  const of = `${name} ${about}`;
  useEffect(() => {
    if (look === null) return undefined;
    setLast({ of, look });
    if (look.settled) return undefined;
    const timer = setTimeout(() => setAsked((before) => before + 1), AGAIN);
    return () => clearTimeout(timer);
  }, [look, of]);
  return look ?? (last !== null && last.of === of ? last.look : null);
}
