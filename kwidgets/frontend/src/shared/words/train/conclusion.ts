// A divergence, a failure, and what a run came to.
import { countText, durationText } from "../../figures";

export const conclusion = {
  diverged: {
    nan: "The training has diverged",
    infinite: "The training has diverged",
    growing: "The training diverges",
    worse: "The training has diverged",
    lost: "What had been learnt is lost",
    guess: "The model has learnt nothing so far",
  },
  restartLower: (rate: string) => `Restart with rate ${rate}`,
  restartLowerHelp: "Begin again with new weights and a tenth of the learning rate",
  failed: "The training failed",
  goOnSmaller: (size: number) => `Go on with batches of ${countText(size)}`,
  goOnSmallerHelp: "The largest batch that the card has memory for; the weights are those of the last whole update",
  stale: "These are the results of the model before your change.",
  conclusion: "What the run came to",
  after: (epochs: number, seconds: number) => `${epochs === 1 ? "1 epoch" : `${countText(epochs)} epochs`} in ${durationText(seconds)}`,
  parameters: (count: number) => `${countText(count)} parameters`,
  bestOf: (name: string) => `best ${name}`,
  afterEpoch: (epoch: number) => `epoch ${epoch}`,
  lastEpoch: "after the last epoch",
  last: (value: string) => `last ${value}`,
  test: (name: string) => `test ${name}`,
  testHelp: "on the test set",
  blocked: "This cell waits for the training, so buttons cannot be heard: the notebook's interrupt button (■) stops it.",
} as const;
