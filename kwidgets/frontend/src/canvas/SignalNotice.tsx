// What is wrong with the signal of a card, where to see it, and since when it is so.
import { useState } from "react";
import { useBuilder } from "../frame/BuilderContext";
import { type Tab, useLooking } from "../inspector/inside/useInside";
import { isRefusal } from "../shared/connection";
import { useAsk, useGraph } from "../shared/context";
import { Icon } from "../shared/Icon";
import type { CardSignal, SignalSign, SinceAnswer } from "../shared/messages";
import { words } from "../shared/words";

/** The tab on which it is seen. */
const SEEN_IN: Readonly<Record<SignalSign, Tab>> = { dead: "units", vanishing: "gradients", exploding: "gradients", nan: "output" };

interface Props {
  id: string;
  above: boolean;
  signal: CardSignal;
  close: () => void;
}

export function SignalNotice({ id, above, signal, close }: Props) {
  const { cards } = useGraph();
  const { select } = useBuilder();
  const [, look] = useLooking();
  const { askQuietly } = useAsk();
  const [since, setSince] = useState<SinceAnswer | string | null>(null);
  const card = cards.get(id);
  if (card === undefined || signal.sign === null) return null;
  const { sign } = signal;
  const show = () => {
    select([id]);
    look({ tab: SEEN_IN[sign], epoch: null });
  };
  const ask = async () => {
    setSince(words.inside.looking);
    const reply = await askQuietly("since", { node: id });
    setSince(isRefusal(reply) ? reply.refused : reply);
  };
  const { inside } = words;
  return (
    <section className={`kw-signal-notice kw-stack ${above ? "" : "kw-signal-below"}`} aria-label={inside.noticeOf(card.layer)} data-testid="kw-signal-notice">
      <div className="kw-row">
        <b className="kw-grow">{inside.notice(card.layer, inside.signs[sign](signal.dead, signal.units))}</b>
        <button type="button" className="kw-icon-button" aria-label={inside.closeNotice} onClick={close}><Icon name="close" size={14} /></button>
      </div>
      <p>{[signal.says, signal.hint].filter((text) => text !== null).join(" ")}</p>
      <div className="kw-row">
        <button type="button" className="kw-button kw-button-small" onClick={show}>{inside.showThem[sign]}</button>
        <button type="button" className="kw-button kw-button-small" onClick={() => void ask()}>{inside.sinceWhen}</button>
      </div>
      {since !== null && <Since since={since} look={(epoch) => { select([id]); look({ tab: SEEN_IN[sign], epoch }); }} />}
    </section>
  );
}

/** The sentence, and each epoch that was looked at, whose weights can be looked at. */
function Since({ since, look }: { since: SinceAnswer | string; look: (epoch: number) => void }) {
  if (typeof since === "string") return <p className="kw-soft" role="status">{since}</p>;
  return (
    <>
      <p role="status" data-testid="kw-since">{since.says}</p>
      <ol className="kw-signal-epochs">
        {since.epochs.map(({ epoch, sign, text }) => (
          <li key={epoch} className={sign === null ? "kw-soft" : undefined}>
            <button type="button" className="kw-link-button kw-second" title={words.inside.lookAtEpoch(epoch)} onClick={() => look(epoch)}>{words.inside.epochNumber(epoch)}</button> {text}
          </li>
        ))}
      </ol>
    </>
  );
}
