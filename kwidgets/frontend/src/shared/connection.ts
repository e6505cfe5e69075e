// The wire to Python: gestures go out with an id, the reply with the same id comes back; points arrive unasked.
import type { Json } from "./state";

export interface WidgetModel {
  get(name: string): unknown;
  on(event: string, callback: (...args: never[]) => void): void;
  off(event: string, callback: (...args: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

export interface Refusal {
  refused: string;
  hint?: string | null;
  field?: string | null;
  line?: number | null;
  column?: number | null;
}

export interface Accepted {
  ok: true;
  filename?: string;
  mime?: string;
  nodes?: string[];
  buffers: DataView[];
}

export type Reply = Accepted | Refusal;

export interface PointsMessage {
  kind: "points";
  run: string | number | null;
  series: { name: string; phase: string; start: number; count: number }[];
}

export const isRefusal = (reply: Reply): reply is Refusal => "refused" in reply;

type Listener = (message: PointsMessage, buffers: DataView[]) => void;
type Message = Partial<PointsMessage> & Partial<Refusal> & { id?: string; ok?: boolean };

export class Connection {
  private readonly prefix = Math.random().toString(36).slice(2, 10);
  private count = 0;
  private readonly waiting = new Map<string, (reply: Reply) => void>();
  private readonly listeners = new Set<Listener>();

  constructor(
    private readonly model: WidgetModel,
    private readonly version: () => number,
  ) {
    model.on("msg:custom", this.receive as never);
  }

  /** Send a gesture; resolves with Python's reply, never rejects. */
  ask(gesture: string, details: Record<string, Json> = {}): Promise<Reply> {
    const id = `${this.prefix}-${++this.count}`;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.model.send({ ...details, do: gesture, seen: this.version(), id });
    });
  }

  onPoints(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.model.off("msg:custom", this.receive as never);
    this.waiting.clear();
  }

  private readonly receive = (message: Message, buffers: DataView[] = []): void => {
    if (message.kind === "points" && message.series) {
      for (const listener of this.listeners) listener(message as PointsMessage, buffers);
    }
    const resolve = message.id === undefined ? undefined : this.waiting.get(message.id);
    if (message.id === undefined || resolve === undefined) return;
    this.waiting.delete(message.id);
    resolve(message.refused === undefined ? { ...(message as object), ok: true, buffers } : (message as Refusal));
  };
}
