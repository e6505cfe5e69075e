// Numbers of things in words.
import { countText } from "../../figures";

export const layers = (count: number) => (count === 1 ? "1 layer" : `${countText(count)} layers`);
