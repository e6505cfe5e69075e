// The still picture that stands before a live view in the notebook: hidden while the view is there, and kept up to date in
// notebooks whose page was loaded anew, since JupyterLab then no longer knows which outputs the kernel's updates are for.
import type { Accepted } from "./connection";

/** What JupyterLab's and Notebook's models of an output, a cell and a notebook have; other hosts show none of it. */
interface Output {
  readonly data: Readonly<Record<string, unknown>>;
  toJSON(): object;
}
interface Outputs {
  readonly length: number;
  get(index: number): Output;
  set(index: number, output: object): void;
}
interface Cells {
  readonly length: number;
  get(index: number): { readonly outputs?: Outputs };
}
export interface Notebook {
  readonly cells?: Cells;
}

type Picture = Pick<Accepted<"still">, "number" | "words" | "width" | "height" | "html" | "text">;

/** The name's first letters as they stand in the picture's base64: it begins at a multiple of three bytes there. */
const markOf = (widget: string): string => btoa(widget.slice(0, 30));
/** As many letters as the picture's header and the remark behind it take. */
const HEAD = 240;
const PNG = "image/png";

const partsOf = (widget: string): string => `img[src*="${markOf(widget)}"], .kw-still-${widget}`;

/** Whether the page has the picture of a widget, or its sentence. */
export function hasStill(widget: string): boolean {
  return document.querySelector(partsOf(widget)) !== null;
}

/** Hides picture and sentence of a widget in the whole page; gives a function that shows them again. */
export function hideStills(widget: string): () => void {
  const parts = partsOf(widget);
  const sheet = document.createElement("style");
  sheet.textContent = `.jp-OutputArea-child:has(${parts}), ${parts} { display: none !important; }`;
  document.head.append(sheet);
  return () => sheet.remove();
}

/** The number of the widget's picture in an output; null where the output is not its picture. */
export function numberIn(output: Output, widget: string): number | null {
  const png = output.data[PNG];
  const text = Array.isArray(png) ? png.join("") : png;
  if (typeof text !== "string" || !text.slice(0, HEAD).includes(markOf(widget))) return null;
  const number = new RegExp(`${widget} (\\d+)`).exec(atob(text.slice(0, HEAD)))?.[1];
  return number === undefined ? null : Number(number);
}

/** Where the notebook has an older picture of the widget than this one. */
export function olderIn(notebook: Notebook, widget: string, number: number): [Outputs, number][] {
  const older: [Outputs, number][] = [];
  for (let cell = 0; cell < (notebook.cells?.length ?? 0); cell++) {
    const outputs = notebook.cells?.get(cell).outputs;
    for (let index = 0; outputs !== undefined && index < outputs.length; index++) {
      const present = numberIn(outputs.get(index), widget);
      if (present !== null && present < number) older.push([outputs, index]);
    }
  }
  return older;
}

/** Puts a picture, and the sentence that follows it, in the place of those in an output. */
export function writeStill(outputs: Outputs, index: number, picture: Picture, png: DataView): void {
  outputs.set(index, {
    ...outputs.get(index).toJSON(),
    data: { [PNG]: base64(png), "text/plain": picture.words },
    metadata: { [PNG]: { width: picture.width, height: picture.height } },
  });
  const sentence = index + 1 < outputs.length ? outputs.get(index + 1) : undefined;
  if (sentence === undefined || !String(sentence.data["text/html"]).includes("kw-still")) return;
  outputs.set(index + 1, { ...sentence.toJSON(), data: { "text/html": picture.html, "text/plain": picture.text } });
}

function base64(bytes: DataView): string {
  let letters = "";
  for (let index = 0; index < bytes.byteLength; index++) letters += String.fromCharCode(bytes.getUint8(index));
  return btoa(letters);
}
