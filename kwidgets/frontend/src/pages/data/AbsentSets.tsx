// A ready set that lies in the network: what would be fetched, and from where, before anything is.
import { useEffect, useState } from "react";
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import { diskText } from "../../shared/figures";
import type { AbsentSet, FetchAnswer } from "../../shared/messages";
import { words } from "../../shared/words";

/** Milliseconds between two questions while a set is fetched. */
const AGAIN = 500;

interface Props {
  name: string;
  absent: AbsentSet;
  /** It has been fetched. */
  there: () => void;
}

export function AbsentSetBox({ name, absent, there }: Props) {
  const { askQuietly } = useAsk();
  const [known, setKnown] = useState<FetchAnswer | null>(null);
  const fetching = known?.state === "fetching";
  const question = (begin: boolean) =>
    void askQuietly("fetch_set", { name, begin }).then((reply) => {
      if (isRefusal(reply)) setKnown({ state: "failed", said: reply.refused });
      else if (reply.state === "there") there();
      // An object of its own each time, so that the next question follows.
      else setKnown({ ...reply });
    });
  useEffect(() => {
    if (!fetching) return undefined;
    const timer = setTimeout(() => question(false), AGAIN);
    return () => clearTimeout(timer);
  });
  const { about, size, addresses, folder } = absent;
  return (
    <div className="kw-box kw-absent-set" role="status" data-testid="kw-absent-set">
      <p>
        <b className="kw-strong">{words.data.isAbsent(name)}</b> {about}.
      </p>
      <p className="kw-second">{words.data.wouldBeFetched(diskText(size), folder)}</p>
      <ul className="kw-second kw-soft" aria-label={words.data.addresses}>
        {addresses.map((address) => <li key={address} className="kw-break">{address}</li>)}
      </ul>
      {known?.state === "failed" && known.said !== null && <p className="kw-field-refusal" role="alert">{known.said}</p>}
      <button type="button" className="kw-button kw-button-small kw-button-main" disabled={fetching} onClick={() => question(true)}>
        {fetching ? words.data.fetching : words.data.fetch(diskText(size))}
      </button>
    </div>
  );
}
