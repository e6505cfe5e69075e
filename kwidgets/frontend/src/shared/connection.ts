// The wire to Python: gestures go out with an id, the reply with the same id comes back; changes arrive unasked.
import type { Gestures, GraphChange, Points, Refusal } from "./messages";

export interface WidgetModel {
  get(name: string): unknown;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  /** JupyterLab's and Notebook's have the kernel; other hosts show less of theirs. */
  widget_manager?: unknown;
}

/** What those hosts tell of a kernel; null once it was shut down. */
interface Kernel {
  status?: string;
  isDisposed?: boolean;
}

export type Gesture = keyof Gestures;
export type Details<Name extends Gesture> = Gestures[Name][0];
/** The details of a gesture as the last argument: none are needed where all of them may be left out. */
export type DetailsArgument<Name extends Gesture> = object extends Details<Name> ? [details?: Details<Name>] : [details: Details<Name>];
export type Accepted<Name extends Gesture> = Gestures[Name][1] & { buffers: readonly DataView[] };
export type Reply<Name extends Gesture> = Accepted<Name> | Refusal;

export const isRefusal = (reply: object): reply is Refusal => "refused" in reply;

type Unasked = GraphChange | Points;
type Listener = (message: Unasked, buffers: readonly DataView[]) => void;
type Message = Partial<Refusal> & { id?: string; kind?: string };

/** How many answers are remembered for when no more will come. */
const REMEMBERED = 100;

/** Questions that the page asks by itself again and again: nobody waits for their answers. */
const UNHURRIED: ReadonlySet<Gesture> = new Set(["list_runs"]);

/** How long an answer may take before the page says that the kernel is busy, in ms. */
const PATIENCE = 2500;

export class Connection {
  private readonly prefix = Math.random().toString(36).slice(2, 10);
  private count = 0;
  private readonly waiting = new Map<string, { resolve: (reply: never) => void; since: number }>();
  private readonly listeners = new Set<Listener>();
  private readonly answers = new Map<string, object>();
  private readonly watchers = new Set<() => void>();
  private timer: ReturnType<typeof setInterval> | undefined;
  private hadKernel = false;
  /** How many messages have come. */
  private heard = 0;
  /** Whether the kernel is there, slow to answer, or gone. */
  health: "well" | "busy" | "gone" = "well";

  constructor(
    private readonly model: WidgetModel,
    private readonly version: () => number,
  ) {}

  /** Listen; gives a function that ends it. React may mount a view twice, so this is not the constructor's. */
  open(): () => void {
    this.model.on("msg:custom", this.receive);
    this.model.on("comm_live_update", this.lived);
    this.timer = setInterval(this.look, PATIENCE / 2);
    return () => {
      this.model.off("msg:custom", this.receive);
      this.model.off("comm_live_update", this.lived);
      clearInterval(this.timer);
      this.waiting.clear();
    };
  }

  /** Send a gesture; resolves with Python's reply, never rejects. Without a kernel there is none, and the frame says so. */
  ask<Name extends Gesture>(gesture: Name, ...[details]: DetailsArgument<Name>): Promise<Reply<Name>> {
    return this.askWith(gesture, details ?? {}, []);
  }

  /** The same with bytes. */
  askWith<Name extends Gesture>(gesture: Name, details: Details<Name> | object, buffers: ArrayBuffer[]): Promise<Reply<Name>> {
    const id = `${this.prefix}-${++this.count}`;
    return new Promise((resolve) => {
      this.waiting.set(id, { resolve: resolve, since: UNHURRIED.has(gesture) ? Infinity : Date.now() });
      try {
        this.model.send({ ...details, do: gesture, seen: this.version(), id }, undefined, buffers);
      } catch {
        // Hosts throw at what goes to a kernel that was shut down.
        this.become("gone");
      }
    });
  }

  /** The answer that a question had last, for a view of a kernel that is gone. */
  remembered<Name extends Gesture>(gesture: Name, question: string): Accepted<Name> | null {
    return (this.answers.get(`${gesture} ${question}`) ?? null) as Accepted<Name> | null;
  }

  remember<Name extends Gesture>(gesture: Name, question: string, answer: Accepted<Name>): void {
    const name = `${gesture} ${question}`;
    this.answers.delete(name);
    this.answers.set(name, answer);
    const [oldest] = this.answers.keys();
    if (this.answers.size > REMEMBERED && oldest !== undefined) this.answers.delete(oldest);
  }

  /**
   * Do something after so many ms, once Python has said anything from now on and owes no answer: a kernel that is going may
   * still say that something changed, and then no more what it is now.
   */
  onceSaidAfter(delay: number, then: () => void, heard = this.heard): void {
    const isSaid = () => this.heard > heard && ![...this.waiting.values()].some(({ since }) => since < Infinity);
    setTimeout(() => (isSaid() ? then() : this.health !== "gone" && this.onceSaidAfter(delay, then, heard)), delay);
  }

  onUnasked(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  private readonly receive = (message: Message, buffers: DataView[] = []): void => {
    this.heard += 1;
    if (message.id === undefined) {
      if (message.kind !== undefined) for (const listener of this.listeners) listener(message as unknown as Unasked, buffers);
      return;
    }
    const asked = this.waiting.get(message.id);
    if (asked === undefined) return;
    this.waiting.delete(message.id);
    asked.resolve((message.refused === undefined ? { ...message, buffers } : message) as never);
    this.look();
  };

  private readonly look = (): void => {
    if (this.health === "gone") return;
    if (this.lostKernel()) return this.become("gone");
    const late = Date.now() - PATIENCE;
    this.become([...this.waiting.values()].some(({ since }) => since < late) ? "busy" : "well");
  };

  /** Hosts say this when they cut a view off from its kernel, which was restarted. */
  private readonly lived = (): void => this.become("gone");

  private lostKernel(): boolean {
    const manager = this.model.widget_manager as { kernel?: Kernel | null } | undefined;
    const kernel = manager?.kernel ?? null;
    if (kernel === null) return this.hadKernel;
    this.hadKernel = true;
    return kernel.status === "dead" || kernel.isDisposed === true;
  }

  private become(health: Connection["health"]): void {
    if (health === this.health) return;
    this.health = health;
    for (const changed of this.watchers) changed();
  }
}
