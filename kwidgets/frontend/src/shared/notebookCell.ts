// A new cell of the notebook around a view. Notebooks give pages no call for it: their own button is pressed, and the text is
// pasted into the editor that opens, as a person would do both.
const INSERT_BELOW = '[data-command="notebook:insert-cell-below"]';
const ACTIVE_EDITOR = ".jp-Notebook-cell.jp-mod-active .cm-content";
const LONGEST_WAIT = 2000;

/** Puts a text into a new cell below the one in which an element stands; whether that went. False outside of a notebook. */
export async function insertCell(element: HTMLElement, text: string): Promise<boolean> {
  const cell = element.closest<HTMLElement>(".jp-Notebook-cell");
  const panel = cell?.closest<HTMLElement>(".jp-NotebookPanel");
  if (cell == null || panel == null) return false;
  // The button means the active cell.
  cell.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true, button: 0 }));
  const button = cell.querySelector<HTMLElement>(INSERT_BELOW) ?? panel.querySelector<HTMLElement>(INSERT_BELOW);
  if (button === null || !cell.classList.contains("jp-mod-active")) return false;
  button.click();
  const editor = await newEditor(panel, cell);
  if (editor === null) return false;
  editor.focus();
  const data = new DataTransfer();
  data.setData("text/plain", text);
  // The editor takes a paste that it has heard of, and says so by keeping the browser from it.
  return !editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}

/** The empty editor of the cell that is active now, as soon as it is another than before. */
async function newEditor(panel: HTMLElement, before: HTMLElement): Promise<HTMLElement | null> {
  const until = performance.now() + LONGEST_WAIT;
  while (performance.now() < until) {
    const editor = panel.querySelector<HTMLElement>(ACTIVE_EDITOR);
    if (editor !== null && !before.contains(editor)) return editor.textContent === "" ? editor : null;
    await new Promise((done) => setTimeout(done, 20));
  }
  return null;
}
