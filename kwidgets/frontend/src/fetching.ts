// Script and style of a page's program, as a widget's kernel gives them.
import type { WidgetModel } from "./shared/connection";
import { frame } from "./shared/words/frame";

/** A kernel may be busy for long; after this (ms) the next widget asks anew. */
export const PATIENCE = 60_000;
/** Of a widget's model: what comes when its kernel has gone or does not know it. */
export const CLOSED = "comm_live_update";

export type Parts = readonly [script: BlobPart, style: string];
/** Has something done after so many milliseconds; gives a function that calls it off. */
export type Later = (what: () => void, after: number) => () => void;

const later: Later = (what, after) => {
  const timer = setTimeout(what, after);
  return () => clearTimeout(timer);
};

/** Sent along where the kernel cannot hear a question, else asked for; fails where no answer comes in time. */
export async function fetched(model: WidgetModel, wait: Later = later): Promise<Parts> {
  const script = model.get("_script");
  if (typeof script === "string" && script !== "") return [script, String(model.get("_style"))];
  const id = `program-${Math.random().toString(36).slice(2)}`;
  return new Promise((resolve, reject) => {
    const end = () => {
      model.off("msg:custom", heard);
      model.off(CLOSED, noAnswer);
      callOff();
    };
    const heard = (message: { id?: string }, buffers: DataView[]) => {
      const [bytes, style] = buffers;
      if (message.id !== id || bytes === undefined) return;
      end();
      resolve([bytes as DataView<ArrayBuffer>, new TextDecoder().decode(style)]);
    };
    const noAnswer = () => {
      end();
      reject(new Error(frame.noAnswer));
    };
    model.on("msg:custom", heard);
    model.on(CLOSED, noAnswer);
    const callOff = wait(noAnswer, PATIENCE);
    model.send({ do: "program", id });
  });
}
