"""The optimizer's arrays in Keras 3's files: step count, learning rate, then slots, some of them weight by weight."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .._graph.tensor import Variable
from .._machine.devices import on_host
from .._training.compiled import Compiled
from .._training.updater import Updater
from ..errors import ShapeError
from ..optimizers import Adafactor, LossScaleOptimizer, Optimizer
from ..optimizers.adafactor import stored_shapes
from ..types import Array
from .stored_weights import NamedArrays

# By class: groups of slots by the engine's names; those of one group stand together for each weight.
_GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "SGD": (("moments",),),
    "RMSprop": (("squares",), ("steps",), ("means_of_gradients",)),
    "Adafactor": (("factors",),),
    "Adagrad": (("squares",),),
    "Adadelta": (("squares", "delta_squares"),),
    "Adam": (("m", "v"), ("vhat",)),
    "AdamW": (("m", "v"), ("vhat",)),
    "Adamax": (("m", "u"),),
    "Nadam": (("m", "v"),),
    "Lion": (("m",),),
    "Ftrl": (("squares", "linear"),),
}
_BESIDE = ("means", "waiting_gradients")
# Slots that the files keep as means of rows and of columns beside their product.
_FACTORED = ("factors",)
_OF_LOSS_SCALE = 4


def groups_of(optimizer: Optimizer) -> tuple[tuple[str, ...], ...] | None:
    """The slots that a file has of an optimizer, in its order; None for one of the user's own."""
    kind = type(optimizer).__name__
    if kind not in _GROUPS:
        return None
    names = optimizer.slot_names()
    groups = [tuple(name for name in group if name in names) for group in _GROUPS[kind]]
    if kind == "SGD" and optimizer.get_config().get("momentum", 0.0) == 0:
        groups = []
    beside = [(name,) for name in _BESIDE if name in optimizer.kept_beside()]
    return tuple(group for group in (*beside, *groups) if group)


def written_slots(
    optimizer: Optimizer, updater: Updater, order: Sequence[Variable], placeholders: bool = True
) -> list[Array] | None:
    """The arrays of a started optimizer as Keras 3 keeps them.

    Args:
        optimizer: the optimizer.
        updater: the one that holds its slots.
        order: the trainable weights in Keras 3's order.
        placeholders: whether zeros stand for what Adafactor does not keep of vectors, as in Keras 3; tf.keras has none.

    Returns:
        Step count, learning rate unless a schedule gives it, slots; None for an optimizer of the user's own.
    """
    if isinstance(optimizer, LossScaleOptimizer):
        inner = written_slots(optimizer.formula, updater, order)
        scale_state = (
            np.asarray(optimizer.step_counter.host(), "int64"),
            np.asarray(optimizer.dynamic_scale.host(), "float32"),
        )
        # Before these Keras 3 keeps a step count and a rate of its own, which stay 0.
        return inner and [np.zeros((), "int64"), np.zeros((), "float32"), *scale_state, *inner]
    groups = groups_of(optimizer)
    if groups is None:
        return None
    views = {name: dict(zip(updater.variables, updater.slot_views(name), strict=True)) for name in updater.slots}
    arrays: list[Array] = [np.asarray(optimizer.iterations.host(), "int64")]
    if not has_schedule(optimizer):
        arrays.append(np.asarray(float(optimizer.learning_rate), "float32"))
    for group in groups:
        for variable in order:
            for name in group:
                slot = on_host(views[name][variable])
                arrays += Adafactor.stored(slot, placeholders) if name in _FACTORED else [np.array(slot)]
    if type(optimizer).__name__ == "Nadam":
        arrays.append(np.asarray(product_of_momenta(optimizer), "float32"))
    return arrays


def named_by_weight(optimizer: Optimizer, updater: Updater, order: Sequence[Variable]) -> NamedArrays | None:
    """The arrays of a started optimizer as HDF5 of tf.keras since 2.11 has them: no rate, all slots of a weight together.

    Args:
        optimizer: the optimizer.
        updater: the one that holds its slots.
        order: the trainable weights in the model's order.

    Returns:
        Names and arrays; None for an optimizer of the user's own.
    """
    formula = optimizer.formula
    arrays, groups = written_slots(formula, updater, order, placeholders=False), groups_of(formula)
    if arrays is None or groups is None:
        return None
    kind, slots = type(formula).__name__, arrays[1 if has_schedule(formula) else 2 :]
    names = [
        f"{kind}/{name}{number or ''}/{variable.name}"
        for group in groups
        for variable in order
        for name in group
        for number in range(_arrays_of(name, variable, False))
    ]
    return [("iteration:0", arrays[0]), *zip(names, slots, strict=False)]


def has_schedule(optimizer: Optimizer) -> bool:
    """Whether Keras 3 keeps no learning rate, as it follows from the step count."""
    config = optimizer.get_config()
    return bool(config.get("decay")) or isinstance(config.get("lr"), dict)


def product_of_momenta(optimizer: Optimizer) -> float:
    """What later Keras keeps of Nadam beside its slots: the product of the momenta of all updates so far."""
    config, steps = optimizer.get_config(), int(optimizer.iterations.host())
    beta, decay = float(config.get("beta_1", 0.9)), float(config.get("schedule_decay", 0.004))
    return math.prod(beta * (1.0 - 0.5 * 0.96 ** (step * decay)) for step in range(1, steps + 1))


def restore_slots(compiled: Compiled, stored: Sequence[Array], order: Sequence[Variable]) -> None:
    """Set the optimizer's state of a compiled model to that of a file.

    Args:
        compiled: what the model was compiled to, with its slots made.
        stored: the arrays of the file.
        order: the trainable weights in the file's order.

    Raises:
        ShapeError: they are those of other settings or weights.
    """
    if len(stored) <= 2 and not any(np.shape(array) for array in stored) and not stored[0]:
        return  # of a model that was compiled and not trained: the step count, perhaps a learning rate
    optimizer, variables = compiled.optimizer, list(compiled.updater().variables)
    known = set(variables)
    arrays = own_slots(optimizer, stored, [variable for variable in order if variable in known], variables)
    if arrays is None:
        where = f"weights of optimizer {type(optimizer).__name__}"
        expected = "those of its settings and of the trainable weights"
        raise ShapeError(where=where, expected=expected, actual=f"{len(stored)} others")
    current = optimizer.get_weights()
    optimizer.set_weights([*arrays, *current[len(arrays) :]])


def own_slots(
    optimizer: Optimizer, stored: Sequence[Array], order: Sequence[Variable], model_order: Sequence[Variable]
) -> list[Array] | None:
    """The arrays of a file in the order of the optimizer's `set_weights`.

    Args:
        optimizer: one that is not started.
        stored: the arrays of the file.
        order: the trainable weights in the file's order.
        model_order: the same in the model's.

    Returns:
        The arrays; None where they are those of other settings or weights.
    """
    if isinstance(optimizer, LossScaleOptimizer):
        before, behind = stored[:_OF_LOSS_SCALE], stored[_OF_LOSS_SCALE:]
        inner = None if any(map(np.shape, before)) else own_slots(optimizer.formula, behind, order, model_order)
        if inner is None:  # tf.keras keeps the inner optimizer's alone
            inner = own_slots(optimizer.formula, stored, order, model_order)
            return inner and [*map(np.asarray, optimizer.get_weights()[:2]), *inner]
        return [*map(np.asarray, before[2:]), *inner]
    groups = groups_of(optimizer)
    if groups is None or not stored:
        return None
    is_nadam = type(optimizer).__name__ == "Nadam"
    placeholders = _first_slot(stored, _count(groups, order, True), is_nadam) is not None
    begins = _first_slot(stored, _count(groups, order, placeholders), is_nadam)
    if begins is None and type(optimizer).__name__ == "SGD":  # tf.keras keeps moments that momentum 0 leaves at 0
        groups = (*groups, ("moments",))
        begins = _first_slot(stored, _count(groups, order, False), is_nadam)
    if begins is None:
        return None
    table: dict[tuple[str, Variable], Array | None] = {}
    position = begins
    for group in groups:
        for variable in order:
            for name in group:
                slot_arrays = stored[position : position + _arrays_of(name, variable, placeholders)]
                table[name, variable] = (
                    Adafactor.restored(slot_arrays, variable.shape) if name in _FACTORED else slot_arrays[0]
                )
                position += len(slot_arrays)
    if any(array is None or np.shape(array) != variable.shape for (_, variable), array in table.items()):
        return None
    names = [*optimizer.slot_names(), *optimizer.kept_beside()]
    empty = {variable: np.zeros(variable.shape, variable.dtype) for variable in model_order}
    arrays = [table.get((name, variable), empty[variable]) for name in names for variable in model_order]
    return [np.asarray(stored[0], "int64"), *(array for array in arrays if array is not None)]


def _arrays_of(name: str, variable: Variable, placeholders: bool) -> int:
    """How many arrays a file has of a slot of a weight."""
    return len(stored_shapes(variable.shape, placeholders)) if name in _FACTORED else 1


def _count(groups: Sequence[Sequence[str]], order: Sequence[Variable], placeholders: bool) -> int:
    return sum(_arrays_of(name, variable, placeholders) for group in groups for variable in order for name in group)


def _first_slot(stored: Sequence[Array], slots: int, has_product: bool) -> int | None:
    """Where the slots begin, behind the step count and perhaps the learning rate; None where there are not as many."""
    for ends in (0, 1) if has_product else (0,):
        begins = len(stored) - slots - ends
        scalars = [*stored[: max(begins, 0)], *stored[len(stored) - ends :]]
        if begins in (1, 2) and not any(np.shape(array) for array in scalars):
            return begins
    return None
