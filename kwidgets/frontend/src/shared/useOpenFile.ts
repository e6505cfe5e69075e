// Opens a file of the page's machine: its bytes go to Python, which knows by them what it is.
import { useCallback, useRef, type DragEvent, useState } from "react";
import { isRefusal } from "./connection";
import { useShared } from "./context";
import type { Refusal } from "./messages";
import { words } from "./words";

export const ENDINGS = ".yaml,.yml,.json,.svg,.png,.h5,.hdf5,.keras,.prototxt,.caffemodel,.py,.ipynb";
/** Jupyter's server closes the connection of a page that sends 10 MB at once. */
export const MOST_BYTES = 8 * 2 ** 20;

/** Gives a function that opens a file as the model; resolves with why it was not opened, or null. */
export function useOpenFile(): (file: File) => Promise<Refusal | null> {
  const { connection, root } = useShared();
  return useCallback(
    async (file: File) => {
      if (file.size > MOST_BYTES) return { refused: words.start.tooLarge };
      if (connection.health === "gone") return { refused: words.frame.gone };
      try {
        const reply = await connection.askWith("open_file", { name: file.name }, [await file.arrayBuffer()]);
        if (isRefusal(reply)) return reply;
        // Whoever came from another program goes on here, with Ctrl+Z for instance.
        root()?.querySelector<HTMLElement>(".kw-canvas")?.focus({ preventScroll: true });
        return null;
      } catch {
        return { refused: words.start.unreadable };
      }
    },
    [connection, root],
  );
}

/** What an element needs so that a file can be dropped on it; `over` while one is held above it. */
export function useFileDrop(open: (file: File) => void) {
  const [over, setOver] = useState(false);
  // A drag enters each part inside before it leaves the one before.
  const depth = useRef(0);
  const enter = (event: DragEvent) => {
    if (!withFiles(event)) return;
    depth.current += 1;
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!withFiles(event)) return;
    depth.current = Math.max(0, depth.current - 1);
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    const file = event.dataTransfer.files[0];
    depth.current = 0;
    setOver(false);
    if (file === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    open(file);
  };
  return { over, parts: { onDragEnter: enter, onDragOver: withFiles, onDragLeave: leave, onDrop: drop } };
}

/** Whether a drag carries files; then the browser and the notebook leave it to us. */
function withFiles(event: DragEvent): boolean {
  if (!event.dataTransfer.types.includes("Files")) return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}
