// The outline of an opened fold or nested model, or a further piece of it; its title is drawn above the wires.
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { FrameNode } from "./flow";

export const FrameView = memo(function FrameView({ width, height }: NodeProps<FrameNode>) {
  return <div className="kw-frame-outline" style={{ width, height }} />;
});
