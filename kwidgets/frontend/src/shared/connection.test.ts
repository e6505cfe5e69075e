import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Connection, type WidgetModel } from "./connection";

describe("what waits for Python to say something", () => {
  let say: (message: object) => void;
  let dispose: () => void;
  let asked: string;
  let connection: Connection;

  beforeEach(() => {
    vi.useFakeTimers();
    const kernel = { isDisposed: false };
    dispose = () => void (kernel.isDisposed = true);
    const model: WidgetModel = {
      get: () => undefined,
      on: (event, callback) => {
        if (event === "msg:custom") say = callback as unknown as typeof say;
      },
      off: () => undefined,
      send: (message) => {
        asked = (message as { id: string }).id;
      },
      widget_manager: { kernel },
    };
    connection = new Connection(model, () => 0);
    connection.open();
    vi.advanceTimersByTime(3000);
  });
  afterEach(() => void vi.useRealTimers());

  it("comes after its time where something was said meanwhile", () => {
    const then = vi.fn();
    connection.onceSaidAfter(1000, then);
    say({ kind: "points" });
    expect(then).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(then).toHaveBeenCalledOnce();
  });

  it("waits on while nothing is said, and then comes once", () => {
    const then = vi.fn();
    connection.onceSaidAfter(1000, then);
    vi.advanceTimersByTime(5500);
    expect(then).not.toHaveBeenCalled();
    say({ kind: "points" });
    vi.advanceTimersByTime(5000);
    expect(then).toHaveBeenCalledOnce();
  });

  it("waits for answers that are owed", () => {
    const then = vi.fn();
    connection.onceSaidAfter(1000, then);
    say({ kind: "points" });
    void connection.ask("undo");
    vi.advanceTimersByTime(5500);
    expect(then).not.toHaveBeenCalled();
    say({ id: asked });
    vi.advanceTimersByTime(1000);
    expect(then).toHaveBeenCalledOnce();
  });

  it("never comes when the kernel goes without a word", () => {
    const then = vi.fn();
    connection.onceSaidAfter(1000, then);
    vi.advanceTimersByTime(2500);
    dispose();
    vi.advanceTimersByTime(20_000);
    expect(connection.health).toBe("gone");
    expect(then).not.toHaveBeenCalled();
  });
});
