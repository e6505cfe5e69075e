import { expect, it } from "vitest";
import { run } from "./run.fixture";
import { cellText, documentText, settingText, titleOf, whenText, widthsOf } from "./texts";

const at = (text: string) => new Date(text).getTime() / 1000;
const now = new Date("2026-11-29T16:00:00");

it("says when a run began as people do", () => {
  expect(whenText(at("2026-11-29T14:02:00"), now)).toBe("today 14:02");
  expect(whenText(at("2026-11-28T23:59:00"), now)).toBe("yesterday 23:59");
  expect(whenText(at("2026-11-03T04:02:00"), now)).toBe("3 Nov 04:02");
  expect(whenText(at("2024-11-03T04:02:00"), now)).toBe("3 Nov 2024");
});
it("names a document after its notebook without the folders", () => {
  expect(["~/work/digits.ipynb, cell 2", "/srv/a/digits.ipynb, cell 1", "C:\\work\\digits.ipynb", "digits", "old/new"].map(documentText)).toEqual(
    ["digits.ipynb, cell 2", "digits.ipynb, cell 1", "digits.ipynb", "digits", "old/new"],
  );
});
it("writes settings in words", () => {
  expect(settingText("learning_rate", 0.003)).toBe("0.003");
  expect(settingText("dropout_1.rate", undefined)).toBe("none");
  expect(settingText("shuffle", true)).toBe("on");
  expect(titleOf("setting:dropout_1.rate", [{ name: "dropout_1.rate", layer: "dropout_1", label: "Rate" }])).toBe("dropout_1 rate");
});
it("tells a value that is no number from one that was never measured", () => {
  expect(cellText(run(1, { values: { loss: null } }), "metric:loss", now)).toBe("NaN");
  expect(cellText(run(1), "metric:loss", now)).toBe("–");
});
it("gives the epochs of a run that goes on the room that they will need", () => {
  const [few] = widthsOf([run(1, { state: "running", epochs: 1, planned: 200 })], ["epochs"], [], now);
  const [many] = widthsOf([run(1, { state: "running", epochs: 199, planned: 200 })], ["epochs"], [], now);
  expect(few).toBe(many);
});
