"""What a call of a layer does: recorded with a node that stands for it, recorded on a tape, or computed at once on arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np

from .. import _ops as ops
from .._graph.op import recording_for
from .._graph.plan import evaluate
from .._graph.sparse import dense
from .._graph.taping import is_at_once, open_tape, shown
from .._graph.tensor import Constant, Placeholder, Tensor
from .._machine.arrays import as_array
from .._machine.config import follows_later_keras
from .node import (
    CalledLayer,
    Collected,
    InputSpec,
    Node,
    as_list,
    as_one,
    call_in_progress,
    call_inputs,
    collecting,
    parted,
)
from .weights import stored_dtype

if TYPE_CHECKING:
    from typing import TypeAlias

    from .._graph.taping import Tape
    from ..types import Array, ArrayLike, Config
    from .additions import Additions
    from .node import Mask, Masks, Tensors

    Inputs: TypeAlias = Tensor | ArrayLike | Sequence[Tensor | ArrayLike]
    """What a layer is called on: symbols, to record it, or arrays, to compute it at once."""


class MaskingLayer(CalledLayer, Protocol):
    """What a call knows of its layer."""

    input_spec: InputSpec | list[InputSpec] | None

    @property
    def where(self) -> str:
        """How messages name the layer."""
        ...

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask of the outputs."""
        ...


@dataclass(frozen=True)
class Call:
    """A layer with what its calls go through.

    Args:
        layer: the layer.
        record: checks the inputs, builds the layer where it is not, and runs its `call`.
        penalise: adds what the activity regularizer says of the outputs.
        takes: whether `call` has an argument of a name.
        additions: the layer's, which keep the losses of its last call on a tape.
    """

    layer: MaskingLayer
    record: Callable[[Any, Config], Any]
    penalise: Callable[[list[Tensor]], None]
    takes: Callable[[str], bool]
    additions: Additions

    def apply(self, inputs: Inputs, kwargs: Config) -> Any:
        """Apply the layer to tensors, which is recorded, or to arrays, which gives arrays. Raises TypeError for a mixture."""
        values = call_inputs(inputs)
        tape = open_tape()
        if tape is not None:
            return self._record_on_tape(inputs, kwargs, tape)
        if not any(isinstance(x, Tensor) for x in values):
            return self._compute(inputs, kwargs)
        for x in values:
            if not isinstance(x, Tensor):
                problem = f"expected tensors only or arrays only, found {type(x).__name__} among tensors"
                raise TypeError(f"{self.layer.where}: {problem}")
        return self._connect(cast("Tensors", inputs), kwargs)

    def _record_on_tape(self, inputs: Inputs, kwargs: Config, tape: Tape) -> Tensors:
        """Record a call on a tape: arrays are constants, and no node is kept."""

        def on_tape(x: object) -> Tensor:
            known = x if isinstance(x, Tensor) else tape.recorded(x)
            return Constant(_real(x, self.layer.where)) if known is None else known

        known = [on_tape(x) for x in call_inputs(inputs)]
        several = isinstance(inputs, (list, tuple))
        masks = [getattr(x, "_mask", None) for x in known]
        mask = masks if several else masks[0]
        kwargs = self._with_mask(masks, mask, kwargs)
        collected, outer = Collected(), call_in_progress()
        with collecting(collected):
            result = self.record(known if several else known[0], kwargs)
            self.penalise(as_list(result))
        with collecting(Collected()):
            of_outputs = as_list(self.layer.compute_mask(known if several else known[0], kwargs.get("mask", mask)))
        for y, m in zip(as_list(result), of_outputs, strict=False):
            if m is not None and not hasattr(y, "_keras_history"):
                vars(y)["_mask"] = m
        self.additions.of_last_call = collected.losses
        if outer is not None:
            outer.losses += collected.losses
        tape.assign_later([update.pair for update in collected.updates if update.is_made])
        return result

    def _compute(self, inputs: Inputs, kwargs: Config) -> Array | list[Array]:
        inputs = as_one(inputs, self.layer.input_spec) if follows_later_keras() else inputs
        arrays = [as_array(dense(x), self.layer.where) for x in call_inputs(inputs)]
        feeds = {Placeholder((None, *a.shape[1:]), dtype=stored_dtype(a)): a for a in arrays}
        symbols: list[Tensor] = list(feeds)
        if not is_at_once():
            flat, together = parted(self.record(symbols if isinstance(inputs, (list, tuple)) else symbols[0], kwargs))
            return together(shown(evaluate(flat, feeds)))
        collected = Collected()
        with collecting(collected):
            output = self.record(symbols if isinstance(inputs, (list, tuple)) else symbols[0], kwargs)
            outputs, together = parted(output)
            self.penalise(outputs)
        losses = collected.losses
        values = shown(evaluate([*outputs, *losses], feeds))
        self.additions.of_last_call = list(values[len(outputs) :])
        return together(values[: len(outputs)])

    def _connect(self, inputs: Tensors, kwargs: Config) -> Tensors:
        """Record a call and the node that stands for it."""
        tensors = as_list(inputs)
        masks = [getattr(x, "_mask", None) for x in tensors]
        mask = masks if isinstance(inputs, (list, tuple)) else masks[0]
        arguments = dict(kwargs)
        kwargs = self._with_mask(masks, mask, kwargs)
        collected = Collected()
        outer = call_in_progress()
        with collecting(collected):
            output = self.record(inputs, kwargs)
            with recording_for(self.layer.where):
                output_mask = self.layer.compute_mask(inputs, kwargs.get("mask", mask))
        flat, together = parted(output)
        outputs = [ops.identity(y) if y in tensors or hasattr(y, "_keras_history") else y for y in flat]
        output_masks: list[Mask] = as_list(output_mask) if output_mask is not None else [None] * len(outputs)
        for y, m in zip(outputs, output_masks, strict=False):
            vars(y)["_mask"] = m
        Node.connect(self.layer, tensors, outputs, masks, output_masks, arguments, collected)
        with collecting(collected):
            self.penalise(outputs)
        if outer is not None:  # called within another layer's `call`
            outer.losses += collected.losses
            outer.metrics += collected.metrics
            outer.updates += collected.updates
        return together(outputs)

    def _with_mask(self, masks: Sequence[Mask], mask: Masks, kwargs: Config) -> Config:
        """The arguments of `call`, with the inputs' masks where it takes them and none is given."""
        has_mask = any(m is not None for m in masks) and "mask" not in kwargs
        return {**kwargs, "mask": mask} if has_mask and self.takes("mask") else kwargs


def _real(x: object, where: str) -> Array:
    """An array as a layer computes it: real numbers in floatx."""
    array = as_array(dense(cast("ArrayLike", x)), where)
    return np.asarray(array, stored_dtype(array))
