// A table at one look: how the values of each column lie and what they tell of the target, some rows, columns that go together.
import { memo, useState } from "react";
import { useAsk } from "../../shared/context";
import { countText, numberText } from "../../shared/figures";
import type { ColumnLook, TableColumn, TableFacts, TableLook } from "../../shared/messages";
import { words } from "../../shared/words";
import { Segments } from "../Segments";
import { columnsShown, LEAST_NAMED, MOST_IN_ROWS, meansLine, percentText, shownShares } from "./columnShapes";
import { useLook } from "./useLook";

const VIEWS = ["columns", "rows", "together"] as const;
type View = (typeof VIEWS)[number];
/** Rows that are drawn at first, and as many more when the last of them comes near: a thousand charts take seconds. */
const AT_ONCE = 60;
/** Pixels below the part that is seen from which more is drawn. */
const NEAR = 600;
/** Of more columns one is found by its name. */
const MANY = 40;
const WIDTH = 120;
const HEIGHT = 24;

export function TableLooks({ name, table, times }: { name: string; table: TableFacts; times: number }) {
  const look = useLook(name, table, times);
  const [view, setView] = useState<View>("columns");
  const [sought, setSought] = useState("");
  const [room, setRoom] = useState(AT_ONCE);
  if (look === null) return <p className="kw-soft kw-second" role="status">{words.data.looking}</p>;
  return (
    <div className="kw-stack" data-testid="kw-table-look">
      <div className="kw-row kw-wrap">
        <Segments label={words.data.look} names={VIEWS} titles={words.data.looks} chosen={view} choose={setView} />
        {table.columns.length > MANY && view === "columns" && (
          <input className="kw-input kw-look-sought" type="search" value={sought} placeholder={words.data.findColumn} aria-label={words.data.findColumn} onChange={(event) => setSought(event.target.value)} />
        )}
        {look.looked_at < look.rows && (
          <span className="kw-soft kw-second" role="status">
            {words.data.lookedAt(countText(look.looked_at), countText(look.rows), !look.settled, look.about)}
          </span>
        )}
      </div>
      <div
        className="kw-look-place" role="group" tabIndex={0} aria-label={words.data.looks[view]}
        onScroll={({ currentTarget: place }) => {
          if (place.scrollHeight - place.scrollTop - place.clientHeight < NEAR && room < table.columns.length) setRoom(room + AT_ONCE);
        }}
      >
        {view === "columns" && <Columns table={table} look={look} sought={sought} room={room} />}
        {view === "rows" && <Rows look={look} />}
        {view === "together" && <Together look={look} />}
      </div>
    </div>
  );
}

function Columns({ table, look, sought, room }: { table: TableFacts; look: TableLook; sought: string; room: number }) {
  const looks = new Map(look.columns.map((one) => [one.name, one]));
  const shown = columnsShown(table, sought);
  return (
    <table className="kw-look-table">
      <thead>
        <tr>
          <th scope="col">{words.data.lookHead.column}</th>
          <th scope="col">{words.data.lookHead.values}</th>
          <th scope="col">{words.data.lookHead.range}</th>
          <th scope="col" title={words.data.tellsHelp(table.target ?? "")}>{table.target === null ? "" : words.data.tells(table.target)}</th>
        </tr>
      </thead>
      <tbody>
        {shown.slice(0, room).map((column) => (
          <ColumnRow key={column.name} name={column.name} kind={column.kind} used={column.used} look={looks.get(column.name)} target={table.target} rows={look.looked_at} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Omit<TableColumn, "missing"> {
  look: ColumnLook | undefined;
  target: string | null;
  /** How many rows were looked at. */
  rows: number;
}

const ColumnRow = memo(function ColumnRow({ name, kind, used, look, target, rows }: RowProps) {
  const isTarget = name === target;
  return (
    <tr data-column={name}>
      <th scope="row">
        <ColumnName name={name} used={used} isTarget={isTarget} />
        <span className="kw-soft">
          {words.data.columnKinds[kind]}
          {look !== undefined && look.missing > 0 && <span className="kw-figure-warns"> · {words.data.columnMissing(countText(look.missing))}</span>}
          {look !== undefined && look.infinite > 0 && <span className="kw-figure-warns"> · {words.data.columnInfinite(countText(look.infinite))}</span>}
        </span>
      </th>
      <td>{look !== undefined && <Values look={look} rows={rows} target={target} />}</td>
      <td className="kw-look-range">{look !== undefined && <Range look={look} />}</td>
      <td>{look !== undefined && target !== null && <Tells tells={look.tells} column={name} target={target} isTarget={isTarget} />}</td>
    </tr>
  );
});

/** A press leaves the column out, or takes it in. */
function ColumnName({ name, used, isTarget }: { name: string; used: boolean; isTarget: boolean }) {
  const { ask } = useAsk();
  if (isTarget) return <span className="kw-chip kw-chip-target kw-ellipsis" title={name}>{name}</span>;
  return (
    <button
      type="button" className={used ? "kw-chip kw-chip-button" : "kw-chip kw-chip-button kw-chip-off"} aria-pressed={used}
      title={used ? words.data.leaveOut(name) : words.data.takeIn(name)} onClick={() => void ask("use_column", { column: name, used: !used })}
    >
      <span className="kw-ellipsis">{name}</span>
    </button>
  );
}

function Values({ look, rows, target }: { look: ColumnLook; rows: number; target: string | null }) {
  if (look.histogram !== null) return <ColumnBars look={look} histogram={look.histogram} target={target} />;
  if (look.most.length === 0) return <span className="kw-soft">{look.low ?? ""}</span>;
  const { shown, more } = shownShares(look.most, rows - look.missing);
  if (shown[0] === undefined || shown[0].share < LEAST_NAMED) return <span className="kw-look-some kw-soft kw-ellipsis" title={look.most.map(({ name }) => name).join("\n")}>{look.most[0]?.name} …</span>;
  return (
    <span className="kw-look-most" title={look.most.map(({ name, count }) => words.data.valueCount(name, countText(count))).join("\n")}>
      {shown.map(({ name, share }) => (
        <span key={name} className="kw-look-value kw-ellipsis" style={{ flexGrow: share }}>{name}</span>
      ))}
      {more > 0 && <span className="kw-look-more" style={{ flexGrow: more }} />}
    </span>
  );
}

/** Bars of a column's values; a line for the target's mean over them. */
function ColumnBars({ look, histogram, target }: { look: ColumnLook; histogram: readonly number[]; target: string | null }) {
  const most = Math.max(1, ...histogram);
  const step = WIDTH / histogram.length;
  const line = look.means === null ? "" : meansLine(look.means, WIDTH, HEIGHT);
  const says = words.data.histogram(look.low ?? "", look.high ?? "");
  const full = line !== "" && target !== null ? `${says}. ${words.data.meansLine(target)}` : says;
  return (
    <svg className="kw-look-bars" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={full}>
      <title>{full}</title>
      {histogram.map((count, index) => {
        const size = count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT);
        return <rect key={index} x={index * step} y={HEIGHT - size} width={step * 0.86} height={size} />;
      })}
      {line !== "" && <polyline points={line} />}
    </svg>
  );
}

function Range({ look }: { look: ColumnLook }) {
  if (look.low !== null && look.high !== null) {
    return (
      <>
        {look.low === look.high ? look.low : `${look.low} … ${look.high}`}
        {look.mean !== null && <span className="kw-soft"> · {words.data.meanOf(numberText(look.mean))}</span>}
      </>
    );
  }
  if (look.most.length === 0) return null;
  return <>{look.different === null ? words.data.veryManyDifferent : words.data.different(countText(look.different))}</>;
}

function Tells({ tells, column, target, isTarget }: { tells: number | null; column: string; target: string; isTarget: boolean }) {
  if (isTarget) return <span className="kw-soft">{words.data.isTarget}</span>;
  if (tells === null) return null;
  return (
    <span className="kw-look-tells" role="img" aria-label={words.data.tellsOf(column, target, percentText(tells))} title={words.data.tellsOf(column, target, percentText(tells))}>
      <i><b style={{ width: `${100 * tells}%` }} /></i>
      <span aria-hidden="true">{percentText(tells)}</span>
    </span>
  );
}

function Rows({ look }: { look: TableLook }) {
  const columns = look.columns.slice(0, MOST_IN_ROWS);
  const more = look.columns.length - columns.length;
  return (
    <table className="kw-sample-table kw-look-rows" data-testid="kw-table-rows">
      <thead>
        <tr>
          <th scope="col">{words.data.row}</th>
          {columns.map(({ name }) => <th key={name} scope="col">{name}</th>)}
          {more > 0 && <th scope="col" className="kw-soft">{words.data.moreColumns(countText(more))}</th>}
        </tr>
      </thead>
      <tbody>
        {look.sample.map((row, index) => (
          <tr key={row}>
            <th scope="row">{countText(row)}</th>
            {columns.map(({ name, values }) => (
              <td key={name} className={values[index] === null ? "kw-soft" : undefined} title={values[index] ?? undefined}>{values[index] ?? words.data.missingValue}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Together({ look }: { look: TableLook }) {
  if (look.correlations.length === 0) return <p className="kw-soft kw-second">{words.data.noneTogether}</p>;
  return (
    <ul className="kw-look-pairs">
      {look.correlations.map(({ first, second, r }) => (
        <li key={`${first} ${second}`}>
          <span className="kw-ellipsis" title={words.data.pair(first, second)}>{words.data.pair(first, second)}</span>
          <span className={r < 0 ? "kw-look-tells kw-look-against" : "kw-look-tells"}>
            <i aria-hidden="true"><b style={{ width: `${100 * Math.abs(r)}%` }} /></i>
            <span>{r.toFixed(2)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
