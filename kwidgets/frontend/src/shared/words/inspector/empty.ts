// The inspector of a model without layers.
export const empty = {
  title: "New model",
  text: "Layers are added after the one that is chosen. Shapes and parameters appear as you go; nothing is computed before you press Train.",
  keys: [
    ["Add a layer", "/"],
    ["Find in the model", "Ctrl F"],
    ["Undo", "Ctrl Z"],
    ["All keys", "?"],
  ],
} as const;
