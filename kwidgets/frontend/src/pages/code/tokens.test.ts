import { describe, expect, it } from "vitest";
import { type Format, tokens } from "./tokens";

const kinds = (line: string, format: Format) =>
  tokens(line, format)
    .filter(({ kind }) => kind !== "plain")
    .map(({ kind, text }) => `${kind} ${text}`);

describe("tokens", () => {
  it("colours YAML", () => {
    expect(kinds("  - class_name: Dense  # wide", "yaml")).toEqual(["key class_name", "comment # wide"]);
    expect(kinds("batch_input_shape: [null, 8, -1.5e-3]", "yaml")).toEqual(["key batch_input_shape", "keyword null", "number 8", "number -1.5e-3"]);
    expect(kinds("inbound_nodes: [[[conv2d_1, 0, 0, {}]]]", "yaml")).toEqual(["key inbound_nodes", "number 0", "number 0"]);
    expect(kinds("text: 'a # b'", "yaml")).toEqual(["key text", "string 'a # b'"]);
  });
  it("colours JSON", () => {
    expect(kinds('"units": 10, "use_bias": true, "name": "a \\" b"', "json")).toEqual([
      'key "units"', "number 10", 'key "use_bias"', "keyword true", 'key "name"', 'string "a \\" b"',
    ]);
  });
  it("colours Python", () => {
    expect(kinds("from engine.layers import Dense  # all", "python")).toEqual(["keyword from", "keyword import", "comment # all"]);
    expect(kinds('x = Dense(10, name="dense_1")(y_2)', "python")).toEqual(["number 10", 'string "dense_1"']);
    expect(kinds('"""Fit on "named" arrays."""', "python")).toEqual(['string """Fit on "named" arrays."""']);
  });
  it("loses no letter, whatever is typed", () => {
    for (const line of ["", "   ", "'open", '"open \\', "a: b: c", "{x: 1, y-z: 2}", "🙂 # 🙂", "\t- - a"]) {
      for (const format of ["yaml", "json", "python"] as const) {
        expect(tokens(line, format).map(({ text }) => text).join("")).toBe(line);
      }
    }
  });
});
