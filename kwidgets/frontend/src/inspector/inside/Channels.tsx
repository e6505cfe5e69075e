// Which channels of a layer are shown: some after others, in which order, or one alone.
import { words } from "../../shared/words";

/** How many channels are shown at a time. */
const SHOWN = 24;

interface ChannelsProps {
  /** How many there are. */
  total: number;
  first: number;
  channel: number | null;
  /** Null where channels have one order alone. */
  sort: boolean | null;
  go: (first: number) => void;
  all: () => void;
  choose: (sort: boolean) => void;
}

/** Which channels are shown: some after others, the most active first, or one alone. */
export function Channels({ total, first, channel, sort, go, all, choose }: ChannelsProps) {
  const { inside } = words;
  if (channel !== null) {
    return (
      <p className="kw-row kw-second">
        <span className="kw-grow">{inside.channel(String(channel))}</span>
        <button type="button" className="kw-link-button" onClick={all}>{inside.allChannels(total)}</button>
      </p>
    );
  }
  if (sort === null && total <= SHOWN) return null;
  return (
    <div className="kw-row kw-wrap kw-second">
      {sort !== null && <label className="kw-row kw-grow kw-channels" title={inside.sortHelp}><input type="checkbox" checked={sort} onChange={(event) => choose(event.target.checked)} />{inside.sort}</label>}
      {total > SHOWN && (
        <span className="kw-row kw-channels">
          <button type="button" className="kw-button kw-button-small" disabled={first === 0} aria-label={inside.before} onClick={() => go(Math.max(0, first - SHOWN))}>‹</button>
          <span className="kw-numbers">{inside.range(first, Math.min(first + SHOWN, total) - 1, total)}</span>
          <button type="button" className="kw-button kw-button-small" disabled={first + SHOWN >= total} aria-label={inside.after} onClick={() => go(first + SHOWN)}>›</button>
        </span>
      )}
    </div>
  );
}
