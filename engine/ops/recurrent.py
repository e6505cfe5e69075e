"""Recurrent layers as single ops: one GEMM for the inputs of all steps, one a step for the state, buffers kept.

Inside, arrays are (units, batch), so that each gate is one contiguous piece; the gates lie in the order i, f, o, c, the
three that share an activation together. The batch is cut into one part a thread: each runs its own recurrence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.device import blocks, threads
from ..core.errors import ShapeError
from ..core.op import Op, Work, apply
from .gate_functions import gate_function
from .shapes import Array, Shape, count

_SMALL_STEP = 1 << 15  # elements of a step's gates under which a second thread costs more than it brings


class Lstm(Op):
    """Long short-term memory (Hochreiter & Schmidhuber, 1997), Keras's weights and gate order i, f, c, o.

    i, f, o = recurrent_activation(x W + h U + b), g = activation(...), c' = f c + i g, h' = o activation(c').
    x (N, T, C), kernel (C, 4U), recurrent_kernel (U, 4U), bias (4U,), h0 and c0 (N, U), mask (N, T): where it is 0,
    output and state of the step before are repeated. input_mask (N, C) and recurrent_mask (N, U) multiply x and h at
    every step (dropout) and count as constants. Results: y (N, T, U) or (N, U), last h, last c.
    """

    activation: str = "tanh"
    recurrent_activation: str = "hard_sigmoid"
    go_backwards: bool = False
    return_sequences: bool = False

    keeps = ("x", "kernel", "recurrent_kernel", "mask", "input_mask", "recurrent_mask")
    outputs = 3

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gate_function(self.activation)
        gate_function(self.recurrent_activation)

    def shape(self, x: Shape, kernel: Shape, recurrent_kernel: Shape, *others: Shape | None) -> Any:
        if len(x) != 3:
            fix = {"insert": "Reshape", "settings": {"target_shape": [x[1], 1]}} if len(x) == 2 and x[1] else None
            raise ShapeError(
                expected="an input of rank 3, (N, steps, C)",
                found=str(x),
                hint="After another recurrent layer: give that one return_sequences=True.",
                fix=fix,
            )
        if x[2] is not None and kernel[0] is not None and x[2] != kernel[0]:
            raise ShapeError(expected=f"{kernel[0]} channels, as the kernel {kernel} has rows", found=str(x))
        state = (x[0], recurrent_kernel[0])
        return ((x[0], x[1], state[1]) if self.return_sequences else state), state, state

    def dtype(self, *dtypes: Any) -> Any:
        return dtypes[1]

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
        xp = work.xp
        units = recurrent_kernel.shape[0]
        w = _gates_together(work, "w", kernel, units)
        u = _gates_together(work, "u", recurrent_kernel, units)
        b = None if bias is None else _gates_together(work, "b", bias[None], units)

        def run(part: _Part) -> None:
            gates, cells, outputs, _ = self._buffers(work, part, units)
            xp.matmul(w, self._inputs(work, part, x, input_mask).transpose(1, 2, 0), out=gates)
            if b is not None:
                xp.add(gates, b, out=gates)
            for states, first in ((outputs, h0), (cells, c0)):
                if first is None:
                    states[0].fill(0)
                else:
                    xp.copyto(states[0], first[part.rows].T)
            self._run_steps(work, part, u, mask, recurrent_mask)
            y, h, c = out
            xp.copyto(h[part.rows], outputs[-1].T)
            xp.copyto(c[part.rows], cells[-1].T)
            if self.return_sequences:
                xp.copyto(y[part.rows], outputs[1:].transpose(2, 0, 1))
            else:
                xp.copyto(y[part.rows], outputs[-1].T)

        work.parallel(run, self._parts(x, units))

    def _run_steps(self, work: Work, part: _Part, u: Array, mask: Array | None, recurrent_mask: Array | None) -> None:
        xp = work.xp
        units = u.shape[1]
        activate, squash = gate_function(self.activation)[0], gate_function(self.recurrent_activation)[0]
        gates, cells, outputs, active = self._buffers(work, part, units)
        product = work.scratch(f"product{part.name}", gates.shape[1:], gates.dtype)
        fresh = work.scratch(f"fresh{part.name}", cells.shape[1:], gates.dtype)
        dropped = None if recurrent_mask is None else recurrent_mask[part.rows].T
        skipped = self._skipped(part, mask)
        for t in range(len(gates)):
            gate, h, c = gates[t], outputs[t], cells[t]
            if dropped is not None:
                h = xp.multiply(h, dropped, out=fresh)
            xp.matmul(u, h, out=product)
            xp.add(gate, product, out=gate)
            squash(xp, gate[: 3 * units], gate[: 3 * units])
            activate(xp, gate[3 * units :], gate[3 * units :])
            xp.multiply(gate[units : 2 * units], c, out=cells[t + 1])
            xp.multiply(gate[:units], gate[3 * units :], out=fresh)
            xp.add(cells[t + 1], fresh, out=cells[t + 1])
            activate(xp, cells[t + 1], active[t])
            xp.multiply(gate[2 * units : 3 * units], active[t], out=outputs[t + 1])
            if skipped is not None and skipped[t].any():
                xp.copyto(cells[t + 1], c, where=skipped[t])
                xp.copyto(outputs[t + 1], outputs[t], where=skipped[t])

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
        xp, units = work.xp, recurrent_kernel.shape[0]
        dx, dkernel, drecurrent, dbias, dh0, dc0, *constants = outs
        for unused in constants:
            if unused is not None:
                unused.fill(0)
        u = _gates_together(work, "u", recurrent_kernel, units)
        parts = self._parts(x, units)
        shapes = {"kernel": kernel.shape, "recurrent": recurrent_kernel.shape, "bias": (4 * units,)}
        sums = [{n: work.scratch(f"d{n}{part.name}", shape, x.dtype) for n, shape in shapes.items()} for part in parts]

        def run(part: _Part) -> None:
            total = sums[int(part.name)]
            dh, dc, rows = self._back_through_steps(work, part, dy, u, mask, recurrent_mask)
            for wanted, state in ((dh0, dh), (dc0, dc)):
                if wanted is not None:
                    xp.copyto(wanted[part.rows], state.T)
            flat = rows.reshape(-1, 4 * units)
            if dkernel is not None:
                inputs = self._inputs(work, part, x, input_mask).reshape(len(flat), -1)
                xp.matmul(inputs.T, flat, out=total["kernel"])
            if drecurrent is not None:
                xp.matmul(self._states(work, part, recurrent_mask, units).T, flat, out=total["recurrent"])
            if dbias is not None:
                ones = work.scratch(f"ones{part.name}", (len(flat),), flat.dtype)
                ones.fill(1)
                xp.matmul(ones, flat, out=total["bias"])
            if dx is not None:
                self._input_gradient(work, part, flat, kernel, input_mask, dx)

        work.parallel(run, parts)
        for wanted, name in ((dkernel, "kernel"), (drecurrent, "recurrent"), (dbias, "bias")):
            if wanted is not None:
                wanted.fill(0)
                for total in sums:
                    xp.add(wanted, total[name], out=wanted)

    def _back_through_steps(
        self, work: Work, part: _Part, dy: Any, u: Array, mask: Array | None, recurrent_mask: Array | None
    ) -> tuple[Array, Array, Array]:
        """The gradients of h0 and c0 (units, n), and of all gates before activation, (n, T, 4U) in Keras's order."""
        xp, units = work.xp, u.shape[1]
        slope = gate_function(self.activation)[1]
        squash_slope = gate_function(self.recurrent_activation)[1]
        gates, cells, _, active = self._buffers(work, part, units)
        steps, _, n = gates.shape
        name, dtype = part.name, gates.dtype
        dh, dc, passed, dcell = (work.scratch(f"{k}{name}", (units, n), dtype) for k in ("dh", "dc", "pass", "dcell"))
        dgate, slopes = (work.scratch(f"{k}{name}", (4 * units, n), dtype) for k in ("dgate", "slopes"))
        rows = work.scratch(f"rows{name}", (n, steps, 4 * units), dtype)
        dy_y, dy_h, dy_c = (None if d is None else d[part.rows] for d in dy)
        last_only = [d for d in (dy_h, None if self.return_sequences else dy_y) if d is not None]
        dh.fill(0)
        dc.fill(0)
        for d in last_only:
            dh += d.T
        if dy_c is not None:
            dc += dy_c.T
        i, f, o, g = (slice(k * units, (k + 1) * units) for k in range(4))
        skipped = self._skipped(part, mask)
        dropped = None if recurrent_mask is None else recurrent_mask[part.rows].T
        for t in reversed(range(steps)):
            gate = gates[t]
            if self.return_sequences and dy_y is not None:
                xp.add(dh, dy_y[:, t].T, out=dh)
            skip = skipped[t] if skipped is not None and skipped[t].any() else None
            slope(xp, active[t], dcell)
            xp.multiply(dcell, gate[o], out=dcell)
            xp.multiply(dcell, dh, out=dcell)
            xp.add(dcell, dc, out=dcell)
            squash_slope(xp, gate[: 3 * units], slopes[: 3 * units])
            slope(xp, gate[g], slopes[g])
            xp.multiply(dcell, gate[g], out=dgate[i])
            xp.multiply(dcell, cells[t], out=dgate[f])
            xp.multiply(dh, active[t], out=dgate[o])
            xp.multiply(dcell, gate[i], out=dgate[g])
            xp.multiply(dgate, slopes, out=dgate)
            if skip is not None:
                xp.copyto(dgate, 0, where=skip)
                xp.multiply(dh, skip, out=passed)
                xp.multiply(dc, skip, out=dc)
                xp.copyto(dcell, 0, where=skip)
                xp.multiply(dcell, gate[f], out=dcell)
                xp.add(dc, dcell, out=dc)
            else:
                xp.multiply(dcell, gate[f], out=dc)
            xp.copyto(rows[:, t, : 2 * units], dgate[: 2 * units].T)
            xp.copyto(rows[:, t, 2 * units : 3 * units], dgate[g].T)
            xp.copyto(rows[:, t, 3 * units :], dgate[o].T)
            xp.matmul(u.T, dgate, out=dh)
            if dropped is not None:
                xp.multiply(dh, dropped, out=dh)
            if skip is not None:
                xp.add(dh, passed, out=dh)
        return dh, dc, rows

    def flops(self, x: Shape, kernel: Shape, recurrent_kernel: Shape, *others: Shape | None) -> int:
        steps = count(x[:2])
        return steps * (2 * count(kernel) + 2 * count(recurrent_kernel) + 14 * (recurrent_kernel[0] or 1))

    # The pieces of one part of the batch

    def _parts(self, x: Array, units: int) -> list[_Part]:
        images = x.shape[0]
        workers = threads() if images * 4 * units >= _SMALL_STEP else 1
        size = max(1, -(-images // workers))
        return [_Part(str(i), rows, x.shape[1], x.dtype) for i, rows in enumerate(blocks(images, size))]

    def _buffers(self, work: Work, part: _Part, units: int) -> tuple[Array, Array, Array, Array]:
        """gates (T, 4U, n), cells and outputs (T + 1, U, n), activated cells (T, U, n): kept for backward."""
        state = (part.steps + 1, units, part.size)
        return (
            work.keep(f"gates{part.name}", (part.steps, 4 * units, part.size), part.dtype),
            work.keep(f"cells{part.name}", state, part.dtype),
            work.keep(f"outputs{part.name}", state, part.dtype),
            work.keep(f"active{part.name}", (part.steps, units, part.size), part.dtype),
        )

    def _inputs(self, work: Work, part: _Part, x: Array, input_mask: Array | None) -> Array:
        """x (n, T, C) in the order the steps run, times the dropout mask."""
        x = x[part.rows]
        if self.go_backwards:
            x = x[:, ::-1]
        elif input_mask is None:
            return x
        inputs = work.scratch(f"inputs{part.name}", x.shape, x.dtype)
        if input_mask is None:
            work.xp.copyto(inputs, x)
        else:
            work.xp.multiply(x, input_mask[part.rows][:, None], out=inputs)
        return inputs

    def _input_gradient(
        self, work: Work, part: _Part, flat: Array, kernel: Array, input_mask: Array | None, dx: Array
    ) -> None:
        xp, target = work.xp, dx[part.rows]
        if self.go_backwards:
            target = work.scratch(f"dx{part.name}", target.shape, dx.dtype)
        xp.matmul(flat, kernel.T, out=target.reshape(len(flat), -1))
        if input_mask is not None:
            xp.multiply(target, input_mask[part.rows][:, None], out=target)
        if self.go_backwards:
            xp.copyto(dx[part.rows], target[:, ::-1])

    def _states(self, work: Work, part: _Part, recurrent_mask: Array | None, units: int) -> Array:
        """The states that the steps started from, as the recurrent GEMM saw them: (n * T, U)."""
        before = self._buffers(work, part, units)[2][:-1].transpose(2, 0, 1)
        states = work.scratch(f"states{part.name}", before.shape, part.dtype)
        if recurrent_mask is None:
            work.xp.copyto(states, before)
        else:
            work.xp.multiply(before, recurrent_mask[part.rows][:, None], out=states)
        return states.reshape(-1, units)

    def _skipped(self, part: _Part, mask: Array | None) -> Array | None:
        """(T, n): where the mask says that a step does not count, in the order the steps run."""
        if mask is None:
            return None
        skipped = (mask[part.rows] == 0).T
        return skipped[::-1] if self.go_backwards else skipped


@dataclass(frozen=True)
class _Part:
    """One thread's share of the batch."""

    name: str
    rows: slice
    steps: int
    dtype: Any

    @property
    def size(self) -> int:
        return self.rows.stop - self.rows.start


def _gates_together(work: Work, name: str, weights: Array, units: int) -> Array:
    """Weights (rows, 4U), gates i, f, c, o, as (4U, rows), gates i, f, o, c."""
    together = work.scratch(name, (4 * units, weights.shape[0]), weights.dtype)
    moved = weights.T
    work.xp.copyto(together[: 2 * units], moved[: 2 * units])
    work.xp.copyto(together[2 * units : 3 * units], moved[3 * units :])
    work.xp.copyto(together[3 * units :], moved[2 * units : 3 * units])
    return together


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
    op = Lstm(activation, recurrent_activation, go_backwards, return_sequences)
    return apply(op, x, kernel, recurrent_kernel, bias, h0, c0, mask, input_mask, recurrent_mask)
