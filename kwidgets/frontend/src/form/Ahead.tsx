// What a value would do that is typed and not sent yet: why it cannot be, which layer it would break, how many get another shape.
import { useShowPreview } from "../frame/PreviewContext";
import type { Details } from "../shared/connection";
import { useAnswer } from "../shared/context";
import { shapeText } from "../shared/figures";
import type { Consequences } from "../shared/messages";
import { useRested } from "../shared/useRested";
import { words } from "../shared/words";

export type Command = Details<"consequences">["command"];

interface Props {
  /** What sending it would ask for; null while nothing else than what holds is typed. */
  command: Command | null;
  id: string;
}

export function Ahead({ command, id }: Props) {
  const rested = useRested(command === null ? null : JSON.stringify({ command }));
  const brings = useAnswer("consequences", rested === null ? null : (JSON.parse(rested) as Details<"consequences">));
  useShowPreview(brings?.preview ?? null);
  const says = brings === null ? null : aheadOf(brings);
  return (
    <div id={id} role="status" className={`kw-field-ahead ${says?.worse === true ? "kw-field-ahead-wrong" : ""}`} data-testid="kw-ahead">
      {says?.lines.map((line) => <p key={line}>{line}</p>)}
    </div>
  );
}

/** In words what a value brings, the worst first; the first card that it changes is the layer's own. */
export function aheadOf({ impossible, appear, waiting, effect, preview }: Consequences): { worse: boolean; lines: string[] } {
  const { brings } = words.palette;
  if (impossible !== null) return { worse: true, lines: [impossible] };
  if (appear.length > 0) return { worse: true, lines: [`${brings.wouldBeWrong}: ${appear.join(" ")}`, ...(waiting > 0 ? [brings.waiting(waiting)] : [])] };
  const [first] = Object.values(preview.cards);
  const shape = first === undefined || first.shape === null ? "" : `→ ${shapeText(first.shape)}`;
  return { worse: false, lines: [[shape, effect].filter((part) => part !== "").join(" · ")] };
}
