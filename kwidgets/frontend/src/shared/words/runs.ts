// The Runs page.
import { comparing } from "./runs/comparing";
import { curves } from "./runs/curves";
import { finding } from "./runs/finding";
import { one } from "./runs/one";
import { table } from "./runs/table";

export const runs = {
  label: "Runs",
  ...finding,
  ...table,
  ...curves,
  ...one,
  ...comparing,
  loading: "Looking for runs …",
  emptyTitle: "No runs yet",
  emptyHint: "Every training is kept and stands here as one line: what differed, how far it got, how well it did. Train once, change something, train again.",
  goTrain: "Go to Train",
  goData: "Choose data first",
} as const;
