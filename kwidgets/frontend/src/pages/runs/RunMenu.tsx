// What is rarely done with one run.
import { isRefusal } from "../../shared/connection";
import { useAsk } from "../../shared/context";
import { Icon } from "../../shared/Icon";
import type { KeptRun, RunCheckpoint } from "../../shared/messages";
import { words } from "../../shared/words";
import { download } from "../code/download";
import { Dropdown, Item, Line } from "./Menus";
import { isAlive } from "./texts";

interface Props {
  row: KeptRun;
  checkpoint: RunCheckpoint | null;
  remove: () => void;
  hide: (hidden: boolean) => void;
  changed: () => void;
}

export function RunMenu({ row, checkpoint, remove, hide, changed }: Props) {
  const { ask } = useAsk();
  const { runs } = words;
  const save = async () => {
    const reply = await ask("export_run", { run: row.id });
    if (!isRefusal(reply)) download(reply);
  };
  const pin = async ({ epoch, batch, pinned }: RunCheckpoint) => {
    await ask("pin_checkpoint", { run: row.id, epoch, batch, pinned: !pinned });
    changed();
  };
  return (
    <Dropdown trigger={<Icon name="more" />} className="kw-icon-button" label={runs.more} align="end" testId="kw-run-more">
      {row.epochs > 0 && <Item text={runs.exportHistory} run={() => void save()} />}
      {checkpoint !== null && <Item text={checkpoint.pinned ? runs.unpin(checkpoint.epoch) : runs.pin(checkpoint.epoch)} run={() => void pin(checkpoint)} />}
      <Item text={row.hidden ? runs.show : runs.hide} run={() => hide(!row.hidden)} />
      {!isAlive(row) && (
        <>
          <Line />
          <Item text={runs.delete} run={remove} danger keys={runs.deleteKey} />
        </>
      )}
    </Dropdown>
  );
}
