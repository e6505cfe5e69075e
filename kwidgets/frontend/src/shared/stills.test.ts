import { expect, it } from "vitest";
import { type Notebook, numberIn, olderIn, writeStill } from "./stills";

const WIDGET = "0123456789abcdef0123456789abcdef";
/** As Python writes it: the signature and the header of a PNG, and the remark that says of which widget and which number it is. */
const png = (number: number, widget = WIDGET) => btoa(`${"h".repeat(33)}\0\0\0,tEXtkw-widget\0${widget} ${number}crc${"x".repeat(300)}`);
const output = (data: Record<string, unknown>) => ({ data, toJSON: () => ({ output_type: "display_data", metadata: {}, data }) });
const list = (...all: ReturnType<typeof output>[]) => ({
  all,
  length: all.length,
  get: (index: number) => all[index] as ReturnType<typeof output>,
  set: (index: number, json: object) => { all[index] = output((json as { data: Record<string, unknown> }).data); },
});

it("reads the number of its own picture alone", () => {
  expect(numberIn(output({ "image/png": png(12) }), WIDGET)).toBe(12);
  expect(numberIn(output({ "image/png": [png(7)] }), WIDGET)).toBe(7);
  expect(numberIn(output({ "image/png": png(12, "f".repeat(32)) }), WIDGET)).toBeNull();
  expect(numberIn(output({ "text/plain": "x" }), WIDGET)).toBeNull();
});

it("finds older pictures in all cells, and none where all are up to date", () => {
  const outputs = list(output({ "text/plain": "x" }), output({ "image/png": png(3) }), output({ "image/png": png(5) }));
  const notebook: Notebook = { cells: { length: 2, get: (index) => (index === 0 ? {} : { outputs }) } };
  expect(olderIn(notebook, WIDGET, 5)).toEqual([[outputs, 1]]);
  expect(olderIn(notebook, WIDGET, 3)).toEqual([]);
  expect(olderIn({}, WIDGET, 3)).toEqual([]);
});

it("writes the picture and the sentence that follows it, and leaves other outputs alone", () => {
  const picture = { number: 9, words: "in words", width: 10, height: 20, html: '<p class="kw-still">new</p>', text: "new" };
  const bytes = Uint8Array.from(atob(png(9)), (letter) => letter.charCodeAt(0));
  const outputs = list(output({ "image/png": png(3) }), output({ "text/html": '<p class="kw-still">old</p>' }), output({ "text/html": "other" }));
  writeStill(outputs, 0, picture, new DataView(bytes.buffer));
  expect(outputs.all[0]?.data["image/png"]).toBe(png(9));
  expect(outputs.all[1]?.data).toEqual({ "text/html": picture.html, "text/plain": "new" });
  expect(outputs.all[2]?.data).toEqual({ "text/html": "other" });
  const alone = list(output({ "image/png": png(3) }), output({ "text/html": "other" }));
  writeStill(alone, 0, picture, new DataView(bytes.buffer));
  expect(alone.all[1]?.data).toEqual({ "text/html": "other" });
});
