// Bytes from Python as a file of the browser's.
import type { Accepted } from "../../shared/connection";

export function download(reply: Accepted<"export">): void {
  const content = reply.buffers[0];
  if (content === undefined) return;
  const bytes = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer;
  const url = URL.createObjectURL(new Blob([bytes], { type: reply.mime }));
  const link = document.createElement("a");
  link.href = url;
  link.download = reply.filename;
  link.click();
  URL.revokeObjectURL(url);
}
