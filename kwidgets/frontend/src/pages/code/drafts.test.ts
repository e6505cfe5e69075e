import { describe, expect, it } from "vitest";
import { changedDrafts, type DraftAction, NO_DRAFTS } from "./drafts";

const after = (...actions: DraftAction[]) => actions.reduce(changedDrafts, NO_DRAFTS);
const typed: DraftAction = { do: "type", format: "yaml", text: "a: 2", graphs: "a: 1" };
const refusal = { refused: "No." };

describe("drafts", () => {
  it("keep what the typing began from, for each language apart", () => {
    const drafts = after(typed, { do: "type", format: "yaml", text: "a: 23", graphs: "a: 9" }, { do: "type", format: "json", text: "{", graphs: "{}" });
    expect(drafts.now.yaml).toEqual({ text: "a: 23", base: "a: 1", refusal: null });
    expect(drafts.now.json?.base).toBe("{}");
  });
  it("end where the text is the graph's again", () => {
    expect(after(typed, { do: "type", format: "yaml", text: "a: 1", graphs: "a: 1" }).now.yaml).toBeUndefined();
  });
  it("can be put away and brought back", () => {
    const away = after(typed, { do: "putAway", format: "yaml" });
    expect(away.now.yaml).toBeUndefined();
    expect(changedDrafts(away, { do: "bringBack", format: "yaml" }).now.yaml?.text).toBe("a: 2");
  });
  it("lose nothing that was typed while the answer was under way", () => {
    const more: DraftAction = { do: "type", format: "yaml", text: "a: 22", graphs: "a: 1" };
    expect(after(typed, more, { do: "used", format: "yaml", text: "a: 2" }).now.yaml?.text).toBe("a: 22");
    expect(after(typed, more, { do: "refuse", format: "yaml", text: "a: 2", refusal }).now.yaml?.refusal).toBeNull();
  });
  it("show a refusal until the text is changed", () => {
    const refused = after(typed, { do: "refuse", format: "yaml", text: "a: 2", refusal });
    expect(refused.now.yaml?.refusal).toEqual(refusal);
    expect(changedDrafts(refused, { ...typed, text: "a: 3" }).now.yaml?.refusal).toBeNull();
  });
  it("stand on the graph's new text when they are kept", () => {
    expect(after(typed, { do: "keep", format: "yaml", graphs: "a: 9" }).now.yaml).toEqual({ text: "a: 2", base: "a: 9", refusal: null });
  });
});
