// The rows of a second file, folder or frame in place of a share of the table's: which one it is, or a field for its path.
import { useId, useState } from "react";
import { useAsk } from "../../shared/context";
import { PathField } from "../../shared/PathField";
import { words } from "../../shared/words";

export function SecondSource({ second }: { second: string | null }) {
  const { ask, askQuietly } = useAsk();
  const id = useId();
  const [open, setOpen] = useState(false);
  if (second !== null) {
    return (
      <>
        <span className="kw-second kw-ellipsis" title={second} data-testid="kw-validation-of">{words.data.validationOf(second)}</span>
        <button type="button" className="kw-button kw-button-small" onClick={() => void ask("set_validation_source", { name: null })}>
          {words.data.shareInstead}
        </button>
      </>
    );
  }
  return (
    <>
      <button type="button" className="kw-chip-open" aria-expanded={open} aria-controls={id} data-testid="kw-validation-open" onClick={() => setOpen(!open)}>
        {words.data.otherRows}
      </button>
      <div id={id} hidden={!open}>
        {open && <PathField label={words.data.otherRowsPath} hint={words.data.otherRowsHint} send={words.data.take} ask={(name) => askQuietly("set_validation_source", { name })} done={() => setOpen(false)} testId="kw-validation-path" />}
      </div>
    </>
  );
}
