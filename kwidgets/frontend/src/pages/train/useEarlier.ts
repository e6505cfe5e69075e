// Curves of earlier runs, fetched when one is to be seen behind the present ones.
import { useCallback, useMemo, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import { Curves } from "./curves";

export interface Earlier {
  curves: readonly Curves[];
  shown: ReadonlySet<string>;
  /** Show the run of this id, or hide it. */
  toggle: (id: string) => void;
}

export function useEarlier(): Earlier {
  const { ask } = useAsk();
  const [found, setFound] = useState<ReadonlyMap<string, Curves>>(new Map());
  const toggle = useCallback(
    (id: string) => {
      if (found.has(id)) return setFound(new Map([...found].filter(([other]) => other !== id)));
      void ask("run_points", { run: id }).then((reply) => {
        if (isRefusal(reply)) return;
        const curves = new Curves();
        curves.add(reply, reply.buffers);
        setFound((before) => new Map([...before, [id, curves]]));
      });
    },
    [ask, found],
  );
  return useMemo(() => ({ curves: [...found.values()], shown: new Set(found.keys()), toggle }), [found, toggle]);
}
