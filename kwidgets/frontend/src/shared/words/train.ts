// The Train page and the dashboard, by subject.
import { beforeFirst } from "./train/beforeFirst";
import { conclusion } from "./train/conclusion";
import { controls } from "./train/controls";
import { curves } from "./train/curves";
import { figures } from "./train/figures";
import { history } from "./train/history";
import { settings } from "./train/settings";

export const train = { ...controls, ...figures, ...curves, ...conclusion, ...beforeFirst, ...settings, ...history } as const;
