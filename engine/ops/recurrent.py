"""Recurrent layers over all steps as single ops: LSTM, GRU and the simple recurrent network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ..core.op import Work, apply
from .gate_functions import GateFunction, gate_function
from .recurrence import Masks, Part, Recurrence, RecurrentTerm
from .shapes import Array


class Lstm(Recurrence):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997), Keras's weights and gate order i, f, c, o.

    i, f, o = recurrent_activation(x W + h U + b), g = activation(...), c' = f c + i g, h' = o activation(c').
    x (N, T, C), kernel (C, 4U), recurrent_kernel (U, 4U), bias (4U,), h0 and c0 (N, U), mask (N, T): where it is 0,
    output and state of the step before are repeated. input_mask (N, C) and recurrent_mask (N, U) multiply x and h at
    every step (dropout) and count as constants. Results: y (N, T, U) or (N, U), last h, last c.
    """

    recurrent_activation: str = "hard_sigmoid"

    keeps = ("x", "kernel", "recurrent_kernel", "mask", "input_mask", "recurrent_mask")
    outputs = 3
    order: ClassVar[tuple[int, ...]] = (0, 1, 3, 2)  # i, f, o, then the candidate: three share an activation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.functions()

    def functions(self) -> tuple[GateFunction, ...]:
        squash = gate_function(self.recurrent_activation)
        return squash, squash, squash, gate_function(self.activation)

    def forward(
        self,
        work: Work,
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None = None,
        h0: Array | None = None,
        c0: Array | None = None,
        mask: Array | None = None,
        input_mask: Array | None = None,
        recurrent_mask: Array | None = None,
        *,
        out: tuple[Array, Array, Array],
    ) -> None:
        masks = (mask, input_mask, recurrent_mask)
        self.run_forward(work, x, (kernel, recurrent_kernel, bias), (h0, c0), masks, out)

    def backward(
        self,
        work: Work,
        dy: tuple[Any, Any, Any],
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        mask: Array | None,
        input_mask: Array | None,
        recurrent_mask: Array | None,
        *,
        outs: Any,
    ) -> None:
        weights, states, constants = outs[:4], outs[4:6], outs[6:]
        for unused in constants:
            if unused is not None:
                unused.fill(0)
        masks = (mask, input_mask, recurrent_mask)
        weights = (*weights, *(None,) * (4 - len(weights)))
        states = (*states, *(None,) * (2 - len(states)))
        self.run_backward(work, dy, x, (kernel, recurrent_kernel), masks, (weights, states))

    def steps(self, part: Part, weights: Array, states: Sequence[Array], span: slice, masks: Masks) -> None:
        xp, units = part.work.xp, weights.shape[1]
        outputs, cells = states
        squash, _, _, activation = self.functions()
        activate = activation.apply
        gates = self._gates(part, len(weights))
        active = part.keep("active", part.steps, units, part.size)
        product, fresh = part.scratch("product", len(weights), part.size), part.scratch("fresh", units, part.size)
        for t in range(span.start, span.stop):
            gate, h, c, next_c, next_h = gates[t], outputs[t], cells[t], cells[t + 1], outputs[t + 1]
            if masks.states is not None:
                h = xp.multiply(h, masks.states, out=fresh)
            xp.matmul(weights, h, out=product)
            xp.add(gate, product, out=gate)
            squash.apply(xp, gate[: 3 * units], gate[: 3 * units])
            activate(xp, gate[3 * units :], gate[3 * units :])
            xp.multiply(gate[units : 2 * units], c, out=next_c)
            xp.multiply(gate[:units], gate[3 * units :], out=fresh)
            xp.add(next_c, fresh, out=next_c)
            activate(xp, next_c if activation.scale == 1 else activation.scale * next_c, active[t])
            xp.multiply(gate[2 * units : 3 * units], active[t], out=next_h)
            skip = masks.skip(t)
            if skip is not None:
                xp.copyto(next_c, c, where=skip)
                xp.copyto(next_h, outputs[t], where=skip)

    def back_through(
        self, part: Part, weights: Array, dstates: Sequence[Array], dy: Array | None, span: slice, masks: Masks
    ) -> None:
        xp, units = part.work.xp, len(weights)
        dh, dc = dstates
        squash, _, _, activation = self.functions()
        gates, cells = self._gates(part, 4 * units), self._states(part, units)[1]
        dgates = self._slopes(part, 4 * units)
        active = part.work.kept[f"active{part.name}"]
        dcell, passed = (part.scratch(name, units, part.size) for name in ("dcell", "passed"))
        dgate, slopes = (part.scratch(name, 4 * units, part.size) for name in ("dgate", "slopes"))
        i, f, o, g = (slice(k * units, (k + 1) * units) for k in range(4))
        for t in reversed(range(span.start, span.stop)):
            gate = gates[t]
            if dy is not None:
                xp.add(dh, dy[:, t].T, out=dh)
            skip = masks.skip(t)
            activation.slope(xp, active[t], dcell)
            xp.multiply(dcell, gate[o], out=dcell)
            xp.multiply(dcell, dh, out=dcell)
            xp.add(dcell, dc, out=dcell)
            squash.slope(xp, gate[: 3 * units], slopes[: 3 * units])
            activation.slope(xp, gate[g], slopes[g])
            xp.multiply(dcell, gate[g], out=dgate[i])
            xp.multiply(dcell, cells[t], out=dgate[f])
            xp.multiply(dh, active[t], out=dgate[o])
            xp.multiply(dcell, gate[i], out=dgate[g])
            if skip is None:
                xp.multiply(dcell, gate[f], out=dc)
            else:
                # A skipped step passes both gradients on as they came.
                xp.multiply(dcell, gate[f], out=dcell)
                xp.copyto(dc, dcell, where=~skip)
                xp.copyto(passed, dh)
                xp.copyto(dgate, 0, where=skip)
            xp.multiply(dgate, slopes, out=dgates[t])
            xp.matmul(weights, dgates[t], out=dh)
            if masks.states is not None:
                xp.multiply(dh, masks.states, out=dh)
            if skip is not None:
                xp.copyto(dh, passed, where=skip)

    def recurrent_terms(self, part: Part) -> list[RecurrentTerm]:
        states = part.work.kept[f"state0{part.name}"]
        units = states.shape[1]
        return [RecurrentTerm(states[:-1], self._slopes(part, 4 * units), slice(0, 4 * units))]


class Gru(Recurrence):
    """Gated recurrent unit (Cho et al., 2014), Keras's weights and gate order z, r, h.

    z, r = recurrent_activation(x W + h U + b); candidate g = activation(x W + (r h) U + b), or with `reset_after`
    g = activation(x W + b + r (h U + b')) (CuDNN's variant); h' = z h + (1 - z) g. Shapes and masks as in `Lstm`;
    recurrent_bias (3U,) is b', used with reset_after only. Results: y (N, T, U) or (N, U), last h.
    """

    recurrent_activation: str = "hard_sigmoid"
    reset_after: bool = False

    keeps = ("x", "kernel", "recurrent_kernel", "recurrent_bias", "mask", "input_mask", "recurrent_mask")
    outputs = 2
    order: ClassVar[tuple[int, ...]] = (0, 1, 2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.functions()

    def functions(self) -> tuple[GateFunction, ...]:
        squash = gate_function(self.recurrent_activation)
        return squash, squash, gate_function(self.activation)

    def forward(
        self,
        work: Work,
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None = None,
        recurrent_bias: Array | None = None,
        h0: Array | None = None,
        mask: Array | None = None,
        input_mask: Array | None = None,
        recurrent_mask: Array | None = None,
        *,
        out: tuple[Array, Array],
    ) -> None:
        if self.reset_after:
            shift = work.keep("recurrent_bias", (recurrent_kernel.shape[1], 1), recurrent_kernel.dtype)
            shift.fill(0)
            if recurrent_bias is not None:
                units = len(recurrent_kernel)
                for i, function in enumerate(self.functions()):
                    part = slice(i * units, (i + 1) * units)
                    work.xp.multiply(recurrent_bias[part, None], function.scale, out=shift[part])
        self.run_forward(work, x, (kernel, recurrent_kernel, bias), (h0,), (mask, input_mask, recurrent_mask), out)

    def backward(
        self,
        work: Work,
        dy: tuple[Any, Any],
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        recurrent_bias: Array | None,
        mask: Array | None,
        input_mask: Array | None,
        recurrent_mask: Array | None,
        *,
        outs: Any,
    ) -> None:
        dx, dkernel, drecurrent, dbias, drecurrent_bias, dh0, *constants = (*outs, *(None,) * (6 - len(outs)))
        for unused in constants:
            if unused is not None:
                unused.fill(0)
        masks = (mask, input_mask, recurrent_mask)
        weights = (dx, dkernel, drecurrent, dbias)
        self.run_backward(work, dy, x, (kernel, recurrent_kernel), masks, (weights, (dh0,)))
        if drecurrent_bias is not None:
            drecurrent_bias.fill(0)
            for part in self.parts(work, x, recurrent_kernel) if self.reset_after else ():
                drecurrent_bias += self._across_slopes(part, len(recurrent_kernel)).sum(axis=(0, 2))

    def steps(self, part: Part, weights: Array, states: Sequence[Array], span: slice, masks: Masks) -> None:
        xp, units = part.work.xp, weights.shape[1]
        squash, _, activation = self.functions()
        gates, outputs = self._gates(part, len(weights)), states[0]
        # With reset_after the states' products, otherwise r h: both are needed on the way back.
        inner = part.keep("inner", part.steps, len(weights) if self.reset_after else units, part.size)
        shift = part.work.kept.get("recurrent_bias")
        squashed, candidate = slice(0, 2 * units), slice(2 * units, 3 * units)
        product = part.scratch("product", 2 * units, part.size)
        dropped = part.scratch("dropped", units, part.size)
        for t in range(span.start, span.stop):
            gate, h, next_h = gates[t], outputs[t], outputs[t + 1]
            if masks.states is not None:
                h = xp.multiply(h, masks.states, out=dropped)
            if self.reset_after:
                xp.matmul(weights, h, out=inner[t])
                xp.add(inner[t], shift, out=inner[t])
                xp.add(gate[squashed], inner[t, squashed], out=gate[squashed])
                squash.apply(xp, gate[squashed], gate[squashed])
                xp.multiply(gate[units : 2 * units], inner[t, candidate], out=product[:units])
            else:
                xp.matmul(weights[squashed], h, out=product)
                xp.add(gate[squashed], product, out=gate[squashed])
                squash.apply(xp, gate[squashed], gate[squashed])
                xp.multiply(gate[units : 2 * units], h, out=inner[t])
                xp.matmul(weights[candidate], inner[t], out=product[:units])
            xp.add(gate[candidate], product[:units], out=gate[candidate])
            activation.apply(xp, gate[candidate], gate[candidate])
            # z h + (1 - z) g = g + z (h - g)
            xp.subtract(outputs[t], gate[candidate], out=next_h)
            xp.multiply(next_h, gate[:units], out=next_h)
            xp.add(next_h, gate[candidate], out=next_h)
            skip = masks.skip(t)
            if skip is not None:
                xp.copyto(next_h, outputs[t], where=skip)

    def back_through(
        self, part: Part, weights: Array, dstates: Sequence[Array], dy: Array | None, span: slice, masks: Masks
    ) -> None:
        xp, units = part.work.xp, len(weights)
        dh = dstates[0]
        squash, _, activation = self.functions()
        gates, dgates = self._gates(part, 3 * units), self._slopes(part, 3 * units)
        outputs, inner = self._states(part, units)[0], part.work.kept[f"inner{part.name}"]
        across = self._across_slopes(part, units) if self.reset_after else dgates
        z, r, g = (slice(k * units, (k + 1) * units) for k in range(3))
        squashed = slice(0, 2 * units)
        # A gate's scale is folded into the states' products on the way forward, so it stands in `inner` too.
        unscale = 1.0 / activation.scale
        direct, dropped, fresh = (part.scratch(name, units, part.size) for name in ("direct", "dropped", "fresh"))
        slopes = part.scratch("slopes", 3 * units, part.size)
        for t in reversed(range(span.start, span.stop)):
            gate, dgate, h = gates[t], dgates[t], outputs[t]
            if dy is not None:
                xp.add(dh, dy[:, t].T, out=dh)
            skip = masks.skip(t)
            squash.slope(xp, gate[squashed], slopes[squashed])
            activation.slope(xp, gate[g], slopes[g])
            xp.subtract(h, gate[g], out=fresh)
            xp.multiply(dh, fresh, out=dgate[z])
            xp.multiply(dh, gate[z], out=direct)
            xp.subtract(dh, direct, out=fresh)
            if skip is not None:
                xp.copyto(dgate[z], 0, where=skip)
                xp.copyto(fresh, 0, where=skip)
                xp.copyto(direct, dh, where=skip)
            xp.multiply(fresh, slopes[g], out=dgate[g])
            if self.reset_after:
                xp.multiply(dgate[g], inner[t, g], out=dgate[r])
                if unscale != 1:
                    xp.multiply(dgate[r], unscale, out=dgate[r])
                xp.multiply(dgate[squashed], slopes[squashed], out=dgate[squashed])
                xp.copyto(across[t, squashed], dgate[squashed])
                xp.multiply(dgate[g], gate[r], out=across[t, g])
                xp.matmul(weights, across[t], out=dh)
            else:
                h = h if masks.states is None else xp.multiply(h, masks.states, out=dropped)
                xp.matmul(weights[:, g], dgate[g], out=fresh)
                xp.multiply(fresh, h, out=dgate[r])
                xp.multiply(fresh, gate[r], out=fresh)
                xp.multiply(dgate[squashed], slopes[squashed], out=dgate[squashed])
                xp.matmul(weights[:, squashed], dgate[squashed], out=dh)
                xp.add(dh, fresh, out=dh)
            if masks.states is not None:
                xp.multiply(dh, masks.states, out=dh)
            xp.add(dh, direct, out=dh)

    def recurrent_terms(self, part: Part) -> list[RecurrentTerm]:
        states, dgates = (
            part.work.kept[f"state0{part.name}"][:-1],
            self._slopes(part, 3 * len(part.work.kept[f"state0{part.name}"][0])),
        )
        units = states.shape[1]
        if self.reset_after:
            return [RecurrentTerm(states, self._across_slopes(part, units), slice(0, 3 * units))]
        # r h holds the dropout mask already.
        return [
            RecurrentTerm(states, dgates, slice(0, 2 * units)),
            RecurrentTerm(part.work.kept[f"inner{part.name}"], dgates, slice(2 * units, 3 * units), masked=False),
        ]

    def _across_slopes(self, part: Part, units: int) -> Array:
        """(T, 3U, n): the gradients of the states' products."""
        return part.scratch("dacross", part.steps, 3 * units, part.size)


class SimpleRnn(Recurrence):
    """h' = activation(x W + h U + b) (Elman, 1990). Shapes and masks as in `Lstm`. Results: y (N, T, U) or (N, U), last h."""

    keeps = ("x", "kernel", "recurrent_kernel", "mask", "input_mask", "recurrent_mask")
    outputs = 2
    order: ClassVar[tuple[int, ...]] = (0,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.functions()

    def functions(self) -> tuple[GateFunction, ...]:
        return (gate_function(self.activation),)

    def forward(
        self,
        work: Work,
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        bias: Array | None = None,
        h0: Array | None = None,
        mask: Array | None = None,
        input_mask: Array | None = None,
        recurrent_mask: Array | None = None,
        *,
        out: tuple[Array, Array],
    ) -> None:
        self.run_forward(work, x, (kernel, recurrent_kernel, bias), (h0,), (mask, input_mask, recurrent_mask), out)

    def backward(
        self,
        work: Work,
        dy: tuple[Any, Any],
        x: Array,
        kernel: Array,
        recurrent_kernel: Array,
        mask: Array | None,
        input_mask: Array | None,
        recurrent_mask: Array | None,
        *,
        outs: Any,
    ) -> None:
        dx, dkernel, drecurrent, dbias, dh0, *constants = (*outs, *(None,) * (5 - len(outs)))
        for unused in constants:
            if unused is not None:
                unused.fill(0)
        masks, weights = (mask, input_mask, recurrent_mask), (dx, dkernel, drecurrent, dbias)
        self.run_backward(work, dy, x, (kernel, recurrent_kernel), masks, (weights, (dh0,)))

    def steps(self, part: Part, weights: Array, states: Sequence[Array], span: slice, masks: Masks) -> None:
        xp, activate = part.work.xp, self.functions()[0].apply
        gates, outputs = self._gates(part, len(weights)), states[0]
        product = part.scratch("product", len(weights), part.size)
        dropped = part.scratch("dropped", len(weights), part.size)
        for t in range(span.start, span.stop):
            h = outputs[t] if masks.states is None else xp.multiply(outputs[t], masks.states, out=dropped)
            xp.matmul(weights, h, out=product)
            xp.add(gates[t], product, out=gates[t])
            activate(xp, gates[t], gates[t])
            xp.copyto(outputs[t + 1], gates[t])
            skip = masks.skip(t)
            if skip is not None:
                xp.copyto(outputs[t + 1], outputs[t], where=skip)

    def back_through(
        self, part: Part, weights: Array, dstates: Sequence[Array], dy: Array | None, span: slice, masks: Masks
    ) -> None:
        xp, units, dh = part.work.xp, len(weights), dstates[0]
        slope = self.functions()[0].slope
        gates, dgates = self._gates(part, units), self._slopes(part, units)
        passed = part.scratch("passed", units, part.size)
        for t in reversed(range(span.start, span.stop)):
            if dy is not None:
                xp.add(dh, dy[:, t].T, out=dh)
            skip = masks.skip(t)
            slope(xp, gates[t], dgates[t])
            xp.multiply(dgates[t], dh, out=dgates[t])
            if skip is not None:
                xp.copyto(dgates[t], 0, where=skip)
                xp.copyto(passed, dh)
            xp.matmul(weights, dgates[t], out=dh)
            if masks.states is not None:
                xp.multiply(dh, masks.states, out=dh)
            if skip is not None:
                xp.copyto(dh, passed, where=skip)

    def recurrent_terms(self, part: Part) -> list[RecurrentTerm]:
        states = part.work.kept[f"state0{part.name}"]
        return [RecurrentTerm(states[:-1], self._slopes(part, states.shape[1]), slice(0, states.shape[1]))]


def lstm(
    x: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any = None,
    h0: Any = None,
    c0: Any = None,
    mask: Any = None,
    input_mask: Any = None,
    recurrent_mask: Any = None,
    activation: str = "tanh",
    recurrent_activation: str = "hard_sigmoid",
    go_backwards: bool = False,
    return_sequences: bool = False,
) -> Any:
    """LSTM over all steps: gives (y, last h, last c). See `Lstm` for shapes; weights as Keras keeps them.

    >>> import numpy as np
    >>> y, h, c = lstm(np.ones((2, 5, 3)), np.ones((3, 8)), np.ones((2, 8)))
    >>> y.shape, h.shape, c.shape
    ((2, 2), (2, 2), (2, 2))
    """
    op = Lstm(activation, go_backwards, return_sequences, recurrent_activation)
    return apply(op, x, kernel, recurrent_kernel, bias, h0, c0, mask, input_mask, recurrent_mask)


def gru(
    x: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any = None,
    recurrent_bias: Any = None,
    h0: Any = None,
    mask: Any = None,
    input_mask: Any = None,
    recurrent_mask: Any = None,
    activation: str = "tanh",
    recurrent_activation: str = "hard_sigmoid",
    reset_after: bool = False,
    go_backwards: bool = False,
    return_sequences: bool = False,
) -> Any:
    """GRU over all steps: gives (y, last h). See `Gru` for shapes; weights as Keras keeps them.

    >>> import numpy as np
    >>> y, h = gru(np.ones((2, 5, 3)), np.ones((3, 6)), np.ones((2, 6)), return_sequences=True)
    >>> y.shape, h.shape
    ((2, 5, 2), (2, 2))
    """
    op = Gru(activation, go_backwards, return_sequences, recurrent_activation, reset_after)
    return apply(op, x, kernel, recurrent_kernel, bias, recurrent_bias, h0, mask, input_mask, recurrent_mask)


def simple_rnn(
    x: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any = None,
    h0: Any = None,
    mask: Any = None,
    input_mask: Any = None,
    recurrent_mask: Any = None,
    activation: str = "tanh",
    go_backwards: bool = False,
    return_sequences: bool = False,
) -> Any:
    """Simple recurrent network over all steps: gives (y, last h). See `SimpleRnn`.

    >>> import numpy as np
    >>> simple_rnn(np.ones((2, 5, 3)), np.ones((3, 4)), np.ones((4, 4)))[0].shape
    (2, 4)
    """
    op = SimpleRnn(activation, go_backwards, return_sequences)
    return apply(op, x, kernel, recurrent_kernel, bias, h0, mask, input_mask, recurrent_mask)
