// Every word of the interface, by place: one catalogue, so that another language is one more folder like this.
import { canvas } from "./canvas";
import { code } from "./code";
import { data } from "./data";
import { dock } from "./dock";
import { documents } from "./documents";
import { folds } from "./folds";
import { frame } from "./frame";
import { inside } from "./inside";
import { inspector } from "./inspector";
import { palette } from "./palette";
import { results } from "./results";
import { runs } from "./runs";
import { start } from "./start";
import { steps } from "./steps";
import { train } from "./train";

export const words = { canvas, code, data, dock, documents, folds, frame, inside, inspector, palette, results, runs, start, steps, train } as const;
