// The builder: palette, canvas and problems in the middle, panes on the right, training below.
import { useCallback, useRef, useState } from "react";
import { Canvas } from "./canvas/Canvas";
import { Dashboard } from "./chart/Dashboard";
import type { Curves } from "./chart/curves";
import { Form } from "./form/Form";
import { Palette, type PaletteHandle } from "./palette/Palette";
import { DataPane } from "./panes/DataPane";
import { Problems } from "./panes/Problems";
import { TrainingPane } from "./panes/TrainingPane";
import { isRefusal } from "./shared/connection";
import type { Json } from "./shared/state";
import { useAsk, useTrait } from "./shared/context";
import { Tabs } from "./shared/Tabs";
import { TextPane } from "./text/TextPane";
import { lastNode } from "./canvas/flow";

export function Builder({ curves }: { curves: Curves }) {
  const graph = useTrait("graph");
  const { ask } = useAsk();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [tab, setTab] = useState("Layer");
  const palette = useRef<PaletteHandle>(null);
  const [place, setPlace] = useState<[number, number] | null>(null);

  const select = useCallback(
    (nodes: string[]) => {
      setSelected(new Set(nodes));
      void ask("select", { nodes });
    },
    [ask],
  );
  const add = async (class_name: string) => {
    const known = new Set(graph.nodes.map((node) => node.id));
    const chosen = new Set([...selected].filter((node) => known.has(node)));
    const after = class_name === "InputLayer" ? null : lastNode(graph, chosen);
    const details: Record<string, Json> = place !== null ? { position: place } : after !== null ? { after } : {};
    setPlace(null);
    const reply = await ask("add", { class_name, ...details });
    if (!isRefusal(reply) && reply.nodes !== undefined) select(reply.nodes);
  };
  const searchAt = useCallback((position: [number, number]) => {
    setPlace([Math.round(position[0]), Math.round(position[1])]);
    palette.current?.search();
  }, []);
  return (
    <>
      <div className="kw-upper">
        <Palette ref={palette} add={(name) => void add(name)} leave={() => setPlace(null)} />
        <div className="kw-middle">
          <Canvas selected={selected} select={select} searchAt={searchAt} />
          <Problems select={(node) => select([node])} />
        </div>
        <Tabs
          label="Panes"
          chosen={tab}
          choose={setTab}
          tabs={{
            Layer: () => <Form />,
            Text: () => <TextPane />,
            Data: () => <DataPane />,
            Training: () => <TrainingPane />,
          }}
        />
      </div>
      <Dashboard curves={curves} />
    </>
  );
}
