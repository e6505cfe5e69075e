"""Connectionist temporal classification (Graves et al., 2006): loss and decoding of labels without alignment."""

from __future__ import annotations

import numpy as np

from .._graph.op import Op, Outs, Work, apply
from .._graph.tensor import Value
from .._machine.devices import of, on_host
from ..errors import ShapeError
from ..types import Array, DType, Shape

__all__ = ["ctc_loss"]

_NEVER = -1e30


class CtcLoss(Op):
    """-log p(labels | outputs) for each sample: (N, U), (N, T, C), (N, 1), (N, 1) -> (N, 1).

    outputs: probabilities, the last class is the blank. They are rescaled to sum to 1 after `epsilon` has been added, as
    in Keras on TensorFlow. A sample whose labels do not fit into its steps has loss inf and gradient 0.
    """

    epsilon: float = 1e-7

    keeps = ("outputs",)
    constants = (0, 2, 3)

    def shape(self, labels: Shape, outputs: Shape, steps: Shape, lengths: Shape) -> Shape:
        """(N, 1)."""
        if len(labels) != 2 or len(outputs) != 3:
            raise ShapeError(expected="labels (N, U) and outputs (N, T, C)", actual=f"{labels} and {outputs}")
        return (outputs[0], 1)

    def dtype(self, labels: DType, outputs: DType, *others: DType) -> DType:
        """The type of the outputs."""
        return outputs

    def forward(self, work: Work, labels: Array, outputs: Array, steps: Array, lengths: Array, *, out: Array) -> None:
        """y = -log p(labels | outputs), with its slopes by the outputs."""
        slope = work.keep("slope", outputs.shape, outputs.dtype)
        if work.xp is np:
            self._losses(labels, outputs, steps, lengths, slope, out)
            return
        # Small steps that depend on each other are the processor's.
        device = of(outputs)
        slopes, losses = np.empty(slope.shape, slope.dtype), np.empty(out.shape, out.dtype)
        self._losses(on_host(labels), on_host(outputs), on_host(steps), on_host(lengths), slopes, losses)
        device.put(slope, slopes)
        device.put(out, losses)

    def _losses(self, labels: Array, outputs: Array, steps: Array, lengths: Array, slope: Array, out: Array) -> None:
        for i in range(len(outputs)):
            row = labels[i][: int(lengths.reshape(-1)[i])].astype(int)
            out[i, 0] = _loss(outputs[i], row, int(steps.reshape(-1)[i]), self.epsilon, slope[i])

    def backward(self, work: Work, dy: Array, outputs: Array, *, outs: Outs) -> None:
        """doutputs = dy * slopes."""
        if outs[1] is not None:
            work.xp.multiply(work.saved["slope"], dy[:, :, None], out=outs[1])


def _loss(outputs: Array, labels: Array, steps: int, epsilon: float, slope: Array) -> float:
    """The loss of one sample; its gradient by the outputs goes to `slope`."""
    slope.fill(0)
    scores = np.log(outputs[:steps].astype(np.float64) + epsilon)
    total = np.logaddexp.reduce(scores, axis=1, keepdims=True)
    logs = scores - total
    blank = outputs.shape[1] - 1
    # Blanks around each label; a label may follow another one without a blank, unless both are the same.
    path = np.full(2 * len(labels) + 1, blank)
    path[1::2] = labels
    skips = np.zeros(len(path), bool)
    skips[3::2] = path[3::2] != path[1:-2:2]
    emitted = logs[:, path]
    forward = _sums(emitted, skips)
    reverse_skips = np.zeros(len(path), bool)
    reverse_skips[2:] = skips[::-1][:-2]
    backward = _sums(emitted[::-1, ::-1], reverse_skips)[::-1, ::-1]
    ends = forward[-1, -2:] if len(path) > 1 else forward[-1]
    log_probability = np.logaddexp.reduce(ends)
    if log_probability < _NEVER / 2:
        return np.inf
    through = forward + backward - emitted - log_probability
    shares = np.zeros_like(logs)
    for index, label in enumerate(path):
        shares[:, label] += np.exp(through[:, index])
    slope[:steps] = (np.exp(logs) - shares) / (outputs[:steps] + epsilon)
    return float(-log_probability)


def _sums(emitted: Array, skips: Array) -> Array:
    """log of the summed probability of all ways to each label of the path at each step, that label's own included."""
    sums = np.full(emitted.shape, _NEVER)
    sums[0, :2] = emitted[0, :2]
    for t in range(1, len(emitted)):
        stay = sums[t - 1]
        step = np.concatenate([[_NEVER], stay[:-1]])
        skip = np.where(skips, np.concatenate([[_NEVER, _NEVER], stay[:-2]])[: len(stay)], _NEVER)
        sums[t] = np.logaddexp(np.logaddexp(stay, step), skip) + emitted[t]
    return sums


def ctc_loss(labels: Value, outputs: Value, steps: Value, lengths: Value, epsilon: float = 1e-7) -> Value:
    """-log p(labels | outputs): labels (N, U), probabilities (N, T, C), steps and label lengths (N, 1) -> (N, 1).

    >>> import numpy as np
    >>> even = np.full((1, 2, 2), 0.5)
    >>> round(float(ctc_loss(np.array([[0]]), even, np.array([[2]]), np.array([[1]]))[0, 0]), 4)  # 3 of 4 paths
    0.2877
    """
    return apply(CtcLoss(epsilon), labels, outputs, steps, lengths)


def greedy_paths(outputs: Array, steps: Array, epsilon: float = 1e-7) -> tuple[list[list[int]], Array]:
    """The likeliest class of each step, repetitions made one and blanks left out; and -log of their probability."""
    blank = outputs.shape[2] - 1
    paths: list[list[int]] = []
    costs = np.zeros((len(outputs), 1), outputs.dtype)
    for i, (sample, length) in enumerate(zip(outputs, steps, strict=True)):
        best = sample[: int(length)].argmax(axis=1)
        costs[i] = -np.log(sample[np.arange(len(best)), best] + epsilon).sum()
        paths.append([int(c) for j, c in enumerate(best) if c != blank and (j == 0 or c != best[j - 1])])
    return paths, costs


def beam_paths(
    outputs: Array, steps: Array, width: int, top: int, epsilon: float = 1e-7
) -> tuple[list[list[list[int]]], Array]:
    """The `top` likeliest labellings of each sample by prefix search of a given width, and the logs of their probability.

    Hannun et al. (2014), without a language model. Gives [path number][sample] and (N, top). As in TensorFlow 1, the
    logs are relative to the likeliest class of each step.
    """
    blank = outputs.shape[2] - 1
    paths: list[list[list[int]]] = [[] for _ in range(top)]
    logs = np.full((len(outputs), top), -np.inf, outputs.dtype)
    for i, (sample, length) in enumerate(zip(outputs, steps, strict=True)):
        scores = np.log(sample[: int(length)].astype(np.float64) + epsilon)
        scores -= scores.max(axis=1, keepdims=True)
        # prefix -> log probability of ending in a blank, and in its last label
        beam: dict[tuple[int, ...], tuple[float, float]] = {(): (0.0, _NEVER)}
        for row in scores:
            grown: dict[tuple[int, ...], list[float]] = {}
            for prefix, (in_blank, in_label) in beam.items():
                either = np.logaddexp(in_blank, in_label)
                same = grown.setdefault(prefix, [_NEVER, _NEVER])
                same[0] = np.logaddexp(same[0], either + row[blank])
                if prefix:
                    same[1] = np.logaddexp(same[1], in_label + row[prefix[-1]])
                for label in range(blank):
                    longer = grown.setdefault((*prefix, label), [_NEVER, _NEVER])
                    before = in_blank if prefix and prefix[-1] == label else either
                    longer[1] = np.logaddexp(longer[1], before + row[label])
            best = sorted(grown, key=lambda prefix: -np.logaddexp(grown[prefix][0], grown[prefix][1]))[:width]
            beam = {prefix: (grown[prefix][0], grown[prefix][1]) for prefix in best}
        for rank in range(top):
            chosen = list(beam)[rank] if rank < len(beam) else ()
            paths[rank].append(list(chosen))
            if rank < len(beam):
                logs[i, rank] = np.logaddexp(beam[chosen][0], beam[chosen][1])
    return paths, logs
