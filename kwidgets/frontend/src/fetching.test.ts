import { expect, it } from "vitest";
import { CLOSED, fetched, PATIENCE } from "./fetching";

type Callback = (...args: never[]) => void;

/** The page's end of a widget: what it asks for, and who listens. */
class Model {
  sent: { do: string; id: string }[] = [];
  private listeners = new Map<string, Set<Callback>>();
  constructor(private traits: Record<string, unknown> = {}) {}
  get = (name: string) => this.traits[name];
  on = (event: string, callback: Callback) => void this.of(event).add(callback);
  off = (event: string, callback: Callback) => void this.of(event).delete(callback);
  send = (content: unknown) => void this.sent.push(content as { do: string; id: string });
  say = (event: string, ...args: unknown[]) => [...this.of(event)].forEach((one) => one(...(args as never[])));
  get listening() {
    return [...this.listeners.values()].reduce((count, some) => count + some.size, 0);
  }
  private of(event: string): Set<Callback> {
    const there = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, there);
    return there;
  }
}

/** A clock that is moved by hand. */
function clock() {
  const waiting: { what: () => void; at: number }[] = [];
  let now = 0;
  return {
    later: (what: () => void, after: number) => {
      const one = { what, at: now + after };
      waiting.push(one);
      return () => void waiting.splice(waiting.indexOf(one), 1);
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
      waiting.filter(({ at }) => at <= now).forEach(({ what }) => what());
    },
    waits: () => waiting.length,
  };
}

const bytes = (text: string) => new DataView(new TextEncoder().encode(text).buffer);

it("waits for a busy kernel for a minute, and then says that it did not answer", async () => {
  const [model, time] = [new Model(), clock()];
  const outcome = fetched(model, time.later).then(() => "", String);
  time.pass(PATIENCE - 1);
  expect(time.waits()).toBe(1);
  time.pass(1);
  expect(await outcome).toBe("Error: The kernel did not answer.");
  expect([model.listening, time.waits()]).toEqual([0, 0]);
});

it("takes an answer that comes in the last moment, and nothing is left to wait", async () => {
  const [model, time] = [new Model(), clock()];
  const parts = fetched(model, time.later);
  time.pass(PATIENCE - 1);
  model.say("msg:custom", { id: "of another" }, [bytes("no"), bytes("no")]);
  model.say("msg:custom", { id: model.sent[0]?.id }, [bytes("script"), bytes("style")]);
  expect((await parts)[1]).toBe("style");
  expect([model.listening, time.waits()]).toEqual([0, 0]);
});

it("does not wait for a kernel that is gone or does not know the view of a saved notebook", async () => {
  const [model, time] = [new Model(), clock()];
  const outcome = fetched(model, time.later).then(() => "", String);
  model.say(CLOSED);
  expect(await outcome).toBe("Error: The kernel did not answer.");
  expect([model.listening, time.waits()]).toEqual([0, 0]);
});

it("asks nobody where the program was sent along", async () => {
  const [model, time] = [new Model({ _script: "script", _style: "style" }), clock()];
  expect(await fetched(model, time.later)).toEqual(["script", "style"]);
  expect([model.sent.length, time.waits()]).toEqual([0, 0]);
});
