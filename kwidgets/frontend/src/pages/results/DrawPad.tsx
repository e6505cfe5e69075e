// A place to draw a sample on, with what is drawn as bytes of red, green, blue and opacity.
import { type PointerEvent, type RefObject, useEffect } from "react";
import { words } from "../../shared/words";

export const PAD = 192;
/** The width of the pen: about that of a written digit. */
const PEN = 15;

interface Props {
  canvas: RefObject<HTMLCanvasElement | null>;
  /** Called at the end of each stroke. */
  drawn: () => void;
}

export function DrawPad({ canvas, drawn }: Props) {
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context) Object.assign(context, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });
  }, [canvas]);
  const begin = (event: PointerEvent<HTMLCanvasElement>) => {
    const context = event.currentTarget.getContext("2d");
    if (context === null || event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    context.strokeStyle = getComputedStyle(event.currentTarget).color;
    context.beginPath();
    context.moveTo(...placeOf(event));
    line(event);
  };
  const line = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const context = event.currentTarget.getContext("2d");
    context?.lineTo(...placeOf(event));
    context?.stroke();
  };
  const end = (event: PointerEvent<HTMLCanvasElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    event.currentTarget.releasePointerCapture(event.pointerId);
    drawn();
  };
  return (
    <canvas
      ref={canvas} className="kw-pad" width={PAD} height={PAD} role="img" aria-label={words.results.pad} title={words.results.pad} data-testid="kw-pad"
      onPointerDown={begin} onPointerMove={line} onPointerUp={end} onPointerCancel={end}
    />
  );
}

function placeOf(event: PointerEvent<HTMLCanvasElement>): [number, number] {
  const box = event.currentTarget.getBoundingClientRect();
  return [((event.clientX - box.left) / box.width) * PAD, ((event.clientY - box.top) / box.height) * PAD];
}

/** The bytes of a canvas. */
export function bytesOf(canvas: HTMLCanvasElement): { bytes: ArrayBuffer; width: number; height: number } | null {
  const { width, height } = canvas;
  const image = canvas.getContext("2d")?.getImageData(0, 0, width, height);
  return image === undefined ? null : { bytes: image.data.slice().buffer, width, height };
}

/** A file as a picture of at most 512 pixels a side; null where the browser cannot read it. */
export async function pictureOfFile(file: File): Promise<HTMLCanvasElement | null> {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return canvas;
  } catch {
    return null;
  }
}

const MOST_PIXELS = 512;
