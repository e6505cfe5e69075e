import { expect, it } from "vitest";
import { isPressed, keyLabel } from "./keys";

const press = (key: string, more: Partial<Record<"ctrlKey" | "metaKey" | "shiftKey" | "altKey", boolean>> = {}) => ({
  key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more,
});

it("tells combinations apart", () => {
  expect(isPressed(press("z", { ctrlKey: true }), "Mod+z")).toBe(true);
  expect(isPressed(press("z", { metaKey: true }), "Mod+z")).toBe(true);
  expect(isPressed(press("Z", { ctrlKey: true, shiftKey: true }), "Mod+z")).toBe(false);
  expect(isPressed(press("Z", { ctrlKey: true, shiftKey: true }), "Mod+Shift+z")).toBe(true);
  expect(isPressed(press("f"), "f")).toBe(true);
  expect(isPressed(press("f", { ctrlKey: true }), "f")).toBe(false);
});

it("takes signs with or without shift, as keyboards differ", () => {
  expect(isPressed(press("/", { shiftKey: true }), "/")).toBe(true);
  expect(isPressed(press("?", { shiftKey: true }), "?")).toBe(true);
});

it("labels keys", () => {
  expect(keyLabel("Mod+Shift+z")).toBe("Ctrl Shift Z");
  expect(keyLabel("Delete")).toBe("Del");
});
