import { describe, expect, it } from "vitest";
import { Drafts, Shelf } from "./drafts";

const typed = (text: string): Drafts => {
  const drafts = new Drafts();
  drafts.set("path", text);
  return drafts;
};
const CELL = {} as Element;

describe("drafts", () => {
  it("tell those who listen, and forget what is no longer typed", () => {
    const drafts = new Drafts();
    const heard: unknown[] = [];
    const stop = drafts.subscribe(() => heard.push(drafts.get("path")));
    drafts.set("path", "a.csv");
    drafts.set("path", null);
    stop();
    drafts.set("path", "b.csv");
    expect(heard).toEqual(["a.csv", null]);
    expect(drafts.get("path")).toBe("b.csv");
  });
  it("go to the next view of the same widget, once, the last view's first", () => {
    const shelf = new Shelf();
    shelf.put("w", null, typed("first"));
    shelf.put("w", null, typed("second"));
    expect(shelf.take("other")).toBeNull();
    expect(shelf.take("w")?.get("path")).toBe("second");
    expect(shelf.take("w")?.get("path")).toBe("first");
    expect(shelf.take("w")).toBeNull();
  });
  it("are there for another widget in the same cell, once, and in no other", () => {
    const shelf = new Shelf();
    shelf.put("w", CELL, typed("mine"));
    expect(shelf.takeFrom({} as Element)).toBeNull();
    expect(shelf.takeFrom(CELL)?.get("path")).toBe("mine");
    expect(shelf.takeFrom(CELL)).toBeNull();
  });
});
