// A choice of the page that outlives the part that shows it, as long as the builder lives.
import { useCallback, useState } from "react";
import type { Connection } from "../shared/connection";
import { useShared } from "../shared/context";

const kept = new WeakMap<Connection, Map<string, unknown>>();

export function useKept<Value>(name: string, first: Value): [value: Value, set: (value: Value) => void] {
  const { connection } = useShared();
  const values = kept.get(connection) ?? new Map<string, unknown>();
  kept.set(connection, values);
  const [, draw] = useState(0);
  const set = useCallback(
    (value: Value) => {
      values.set(name, value);
      draw((count) => count + 1);
    },
    [values, name],
  );
  return [values.has(name) ? (values.get(name) as Value) : first, set];
}
