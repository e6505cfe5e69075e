// What a person should know of the stored document: that it came back, that somebody else has it, that it cannot be saved.
import { type Gesture } from "../shared/connection";
import { useAsk, useTrait } from "../shared/context";
import { Icon } from "../shared/Icon";
import type { Notice, Saving } from "../shared/messages";
import { words } from "../shared/words";

type Offered = Extract<Gesture, "save_copy" | "take_over" | "open_version">;

interface Told {
  text: string;
  offers: readonly (readonly [Offered, string])[];
  /** Whether it goes when it has been read; else it is so until somebody decides. */
  closes: boolean;
}

export function DocumentLine() {
  const saving = useTrait("saving");
  const { ask } = useAsk();
  const { notice, trouble } = saving;
  const told = notice === null ? null : said(notice, saving.name ?? "");
  const take = (what: Offered) => void (what === "open_version" ? ask(what, { version: 0 }) : ask(what));
  return (
    <div role="status" aria-live="polite">
      {trouble !== null && (
        <div className="kw-health" data-testid="kw-not-saved">
          <span className="kw-grow">{words.documents.trouble(trouble)}</span>
        </div>
      )}
      {told !== null && (
        <div className={`kw-health ${notice?.kind === "restored" ? "kw-health-calm" : ""}`} data-testid="kw-document-line" data-kind={notice?.kind}>
          <span className="kw-grow">{told.text}</span>
          {told.offers.map(([what, label]) => (
            <button key={what} type="button" className="kw-button kw-button-small" onClick={() => take(what)}>
              {label}
            </button>
          ))}
          {told.closes && (
            <button type="button" className="kw-icon-button" aria-label={words.frame.closeMessage} onClick={() => void ask("close_notice")}>
              <Icon name="close" size={12} />
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function said({ kind, saved, signed, by, here, layers, why }: Notice, name: NonNullable<Saving["name"]>): Told {
  const { documents } = words;
  const at = saved ?? 0;
  const reason = why ?? "";
  switch (kind) {
    case "restored":
      return { text: documents.restored(at, signed), offers: [], closes: true };
    case "version":
      return { text: documents.version(at, reason), offers: [], closes: true };
    case "given":
      return { text: documents.given(at, layers), offers: [["open_version", documents.openIt]], closes: true };
    case "elsewhere":
      return { text: documents.elsewhere(name, at, by, here), offers: [["save_copy", documents.openCopy], ["take_over", documents.takeOver]], closes: false };
    case "taken":
      return { text: documents.taken(name, at, by, here), offers: [["save_copy", documents.keepCopy], ["take_over", documents.takeBack]], closes: false };
    case "newer":
      return { text: reason, offers: [["save_copy", documents.keepCopy]], closes: false };
    case "unreadable":
      return { text: documents.unreadable(reason), offers: [], closes: true };
  }
}
