// Ids of what stands on the canvas, as Python makes them (document/nested.py): "dense_1@0"; inside a nested model the ids
// of the blocks around it come first, each with a separator behind it that no name can hold.
const SEPARATOR = "\u001f";
const CALL = /@\d+$/;

/** The layer of a node, with the blocks around it: what commands on layers take. */
export function layerOf(node: string): string {
  return node.replace(CALL, "");
}

/** The name of a node's layer as a person gave it. */
export function nameOf(node: string): string {
  return layerOf(node.slice(node.lastIndexOf(SEPARATOR) + 1));
}

/** The node with another name of its layer. */
export function renamed(node: string, name: string): string {
  return node.slice(0, node.lastIndexOf(SEPARATOR) + 1) + name + (CALL.exec(node)?.[0] ?? "");
}

/** The same for all calls of a layer, also where the block around it is called several times. */
export function sharedKey(node: string): string {
  return node.split(SEPARATOR).map(layerOf).join(SEPARATOR);
}

/** Whether a node stands inside a block, at whatever depth. */
export function isWithin(node: string, block: string): boolean {
  return node.startsWith(block + SEPARATOR);
}

/** Whether a node stands inside a nested model. */
export function isInside(node: string): boolean {
  return node.includes(SEPARATOR);
}
