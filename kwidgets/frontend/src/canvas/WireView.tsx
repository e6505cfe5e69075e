// A wire along the corners that Python found, which keep it from running under cards.
import { BaseEdge, type EdgeProps, EdgeLabelRenderer, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { shapeText } from "../shared/figures";
import type { WireEdge } from "./flow";
import { middleOf, roundedPath } from "./path";
import { sizeOf, sizeText, widthOf } from "./signals";
import { useSignals } from "./SignalsContext";

export const WireView = memo(function WireView({ data, sourceX, sourceY, targetX, targetY, selected }: EdgeProps<WireEdge>) {
  const { wire, loose, preview = null, mended = false, says = null } = data ?? {};
  const routed = wire !== undefined && loose !== true && wire.points.length > 1;
  const [free] = getBezierPath({ sourceX, sourceY, targetX, targetY });
  const middle = routed ? middleOf(wire.points) : [(sourceX + targetX) / 2, (sourceY + targetY) / 2];
  const marks = `kw-wire ${wire?.wrong === true && !mended ? "kw-wire-wrong" : ""} ${selected === true ? "kw-wire-selected" : ""} ${preview === null && !mended ? "" : "kw-wire-previewed"}`;
  const { mode, cards, largest } = useSignals();
  const size = wire === undefined || preview !== null ? null : sizeOf(cards[wire.source], mode);
  const width = widthOf(size, largest, mode);
  const label = preview === null ? (wire?.shape ?? null) : preview.shape;
  const adds = preview?.adds ?? null;
  return (
    <>
      <g>
        {says !== null && <title>{says}</title>}
        <BaseEdge path={routed ? roundedPath(wire.points) : free} className={`${marks} ${width === null ? "" : "kw-wire-signal"}`} interactionWidth={20} style={width === null ? undefined : { strokeWidth: width }} />
      </g>
      {size !== null && (
        <EdgeLabelRenderer>
          <span className="kw-wire-size" data-testid="kw-wire-size" style={{ transform: `translate(10px, -50%) translate(${middle[0] ?? 0}px, ${middle[1] ?? 0}px)` }}>{sizeText(size)}</span>
        </EdgeLabelRenderer>
      )}
      {(label !== null || adds !== null) && (
        <EdgeLabelRenderer>
          <span className={`kw-wire-shape ${adds === null ? "" : "kw-wire-adds"}`} data-testid={adds === null ? undefined : "kw-wire-adds"} style={{ transform: `translate(${size === null ? "-50%" : "calc(-100% - 6px)"}, -50%) translate(${middle[0] ?? 0}px, ${middle[1] ?? 0}px)` }}>
            {adds !== null && <b>+ {adds}</b>} {label !== null && shapeText(label)}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
