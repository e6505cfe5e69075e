// Gestures that the sheet of keys lists beside the commands, each with its keys.
export const gestures = [
  ["Move what is chosen", "Arrow keys"],
  ["Move further", "Shift Arrow keys"],
  ["Go along the wires, or to a card beside", "Ctrl Arrow keys"],
  ["Go to the first or last card", "Home, End"],
  ["Go through the wires of a card", "W"],
  ["Choose what has the focus", "Enter, Space"],
  ["Choose several", "Shift click, Shift drag"],
  ["Zoom", "Ctrl wheel"],
  ["Open a folded card or a block, or go to a layer’s settings", "Double click"],
  ["Leave the full window, a menu, the search", "Esc"],
] as const;
