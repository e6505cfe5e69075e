import { describe, expect, it } from "vitest";
import { words } from "../../shared/words";
import { columnsOf, inOrder, isShare, rateText, stepText, valueText } from "./metrics";

describe("metrics in words", () => {
  it("says names in full", () => {
    expect(["val_acc", "val_loss", "mean_absolute_error", "out_acc"].map(words.train.metric)).toEqual(["validation accuracy", "validation loss", "mean absolute error", "out accuracy"]);
  });
  it("writes shares in percent and losses with four digits", () => {
    expect([valueText("val_acc", 0.928), valueText("loss", 0.2141), valueText("loss", 12.5), valueText("loss", 1e-7)]).toEqual(["92.8 %", "0.2141", "12.500", "1.00e-7"]);
    expect(isShare("categorical_accuracy")).toBe(true);
    expect(isShare("mean_absolute_error")).toBe(false);
  });
  it("writes small steps and rates without noise", () => {
    expect([stepText("loss", -0.01234), stepText("acc", 0.031)]).toEqual(["0.012", "3.1 %"]);
    expect([rateText(0.001), rateText(0.00003), rateText(0.1 / 3)]).toEqual(["0.001", "3e-5", "0.03333"]);
  });
  it("puts validation beside training and the loss first", () => {
    expect(inOrder(["acc", "loss", "val_acc", "val_loss", "lr"])).toEqual(["loss", "val_loss", "acc", "val_acc"]);
  });
  it("compares runs by validation where there is some", () => {
    expect(columnsOf(["loss", "acc", "val_loss", "val_acc"])).toEqual({ loss: "val_loss", share: "val_acc" });
    expect(columnsOf(["loss"])).toEqual({ loss: "loss", share: null });
  });
});
