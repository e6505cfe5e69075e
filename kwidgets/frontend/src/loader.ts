// What every widget brings along: a few lines that fetch the page's program once for all widgets of a page.
import { CLOSED, fetched, type Parts } from "./fetching";
import type { WidgetModel } from "./shared/connection";
import { hasStill, hideStills } from "./shared/stills";
import { frame } from "./shared/words/frame";

interface Context {
  model: WidgetModel;
  el: HTMLElement;
}
interface Module {
  default: { render: (context: Context) => () => void };
}
interface Program {
  module: Module;
  style: string;
}
type Programs = Map<string, Promise<Program>>;

/** Of a widget's model: what comes when its kernel says something. */
const SAYS = ["msg:custom", "change"];
const holder = globalThis as unknown as { kwidgetsPrograms?: Programs };

async function render({ model, el }: Context): Promise<() => void> {
  const widget = String(model.get("_widget"));
  // A view of what the notebook file remembers: nobody would answer it, and the picture before it shows more.
  if (!(await isLive(model, widget))) return asleep(el, widget);
  const ends: (() => void)[] = [];
  const end = () => ends.splice(0).forEach((one) => one());
  const known = knownToItsKernel(model, () => {
    end();
    asleep(el, widget);
  });
  ends.push(known.end);
  try {
    const { module, style } = await programOf(model);
    if (!known.yet()) return end;
    dress(el, style);
    ends.push(hideStills(widget), module.default.render({ model, el }));
  } catch (error) {
    if (!known.yet()) return end;
    el.textContent = `${frame.notLoaded} ${error instanceof Error ? error.message : ""}`;
  }
  return end;
}

/** Nothing but the picture that stands before the view; where there is none, how to bring the view to life. */
function asleep(el: HTMLElement, widget: string): () => void {
  el.textContent = hasStill(widget) ? "" : frame.asleep;
  return () => undefined;
}

/**
 * Jupyter connects what a file remembers of a widget with whatever kernel there is. One that does not know it closes the
 * connection before it has said a word, and then `forgotten` is called.
 */
function knownToItsKernel(model: WidgetModel, forgotten: () => void): { yet: () => boolean; end: () => void } {
  let known = true;
  const closed = () => {
    end();
    known = false;
    forgotten();
  };
  const end = () => {
    for (const event of SAYS) model.off(event, end);
    model.off(CLOSED, closed);
  };
  for (const event of SAYS) model.on(event, end);
  model.on(CLOSED, closed);
  return { yet: () => known, end };
}

/** Whether a kernel holds the widget; hosts that do not say so have one. */
async function isLive(model: WidgetModel, widget: string): Promise<boolean> {
  const manager = model.widget_manager as { get_model?: (id: string) => Promise<{ comm_live?: boolean }> } | undefined;
  if (typeof manager?.get_model !== "function") return true;
  try {
    return (await manager.get_model(widget)).comm_live !== false;
  } catch {
    return true;
  }
}

/** The program of this version: what another widget of the page has fetched, or is fetching, serves all. */
function programOf(model: WidgetModel): Promise<Program> {
  const programs: Programs = (holder.kwidgetsPrograms ??= new Map<string, Promise<Program>>());
  const version = String(model.get("_program"));
  const known = programs.get(version);
  if (known !== undefined) return known;
  const program = fetched(model).then(started);
  programs.set(version, program);
  program.catch(() => programs.delete(version));
  return program;
}

async function started([script, style]: Parts): Promise<Program> {
  wear(document.head, style);
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return { module: (await import(address)) as Module, style };
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** The page's styles do not reach into a shadow root, in which marimo puts its widgets. */
function dress(el: HTMLElement, style: string): void {
  const place = el.getRootNode();
  if (place instanceof ShadowRoot) wear(place, style);
}

function wear(place: Node, style: string): void {
  const sheet = document.createElement("style");
  sheet.textContent = style;
  place.appendChild(sheet);
}

export default { render };
