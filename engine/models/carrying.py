"""What a changed model takes over of a trained one: the weights of layers that are the same still, and the optimizer's slots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from .._graph.tensor import Variable
from .._training.updater import Updater
from ..layers.base import Layer
from .attributes import trainer_of
from .network import Network

if TYPE_CHECKING:
    from ..types import Array
    from .model import Model

LayerPath = tuple[str, ...]
"""The name of a layer, behind those of the nested models in which it stands, the outermost first."""


class Difference(NamedTuple):
    """Why the weights of a layer cannot go over.

    weight: the first that differs, such as "kernel"; shape and before: its shape now and in the trained model, None where
    it has no such weight; class_name and class_before: of the layer.
    """

    weight: str
    shape: tuple[int, ...] | None
    before: tuple[int, ...] | None
    class_name: str
    class_before: str


@dataclass(frozen=True)
class Carried:
    """What went over, each layer by its path in the changed model; layers without weights are not named.

    Args:
        weights: layers that took over all their weights.
        slots: those of them whose trainable weights took over all slots of the optimizer.
        differs: layers that begin anew, with the reason.
        new: layers that the trained model does not have.
        dropped: layers of the trained model, by their path there, that the changed one does not have.
        optimizer: whether the optimizer goes on, with its step count; False where it is of another class.
    """

    weights: tuple[LayerPath, ...]
    slots: tuple[LayerPath, ...]
    differs: Mapping[LayerPath, Difference]
    new: tuple[LayerPath, ...]
    dropped: tuple[LayerPath, ...]
    optimizer: bool


class _Pairs(NamedTuple):
    """fitting: layers whose weights fit, each with its counterpart in the trained model."""

    fitting: dict[LayerPath, tuple[Layer, Layer]]
    differs: dict[LayerPath, Difference]
    new: tuple[LayerPath, ...]
    dropped: tuple[LayerPath, ...]


def carried(trained: Model, changed: Model, layers: Mapping[LayerPath, LayerPath] | None = None) -> Carried:
    """What `carry_over` would take over; neither model is touched.

    Args:
        trained: a compiled model.
        changed: a compiled model.
        layers: for paths of layers in `changed` those in `trained`; None (the default): layers go by their paths.

    Returns:
        What would go over, and what would not.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> small, large = (Sequential([Dense(2, input_shape=(3,), name="d"), Dense(n, name="e")]) for n in (4, 5))
        >>> carried(small, large).differs[("e",)].before
        (2, 4)
    """
    pairs = _paired(trained, changed, layers)
    goes_on = _same_optimizer(trained, changed)
    return Carried(
        tuple(pairs.fitting),
        tuple(pairs.fitting) if goes_on and _started(trained) else (),
        pairs.differs,
        pairs.new,
        pairs.dropped,
        goes_on,
    )


def carry_over(trained: Model, changed: Model, layers: Mapping[LayerPath, LayerPath] | None = None) -> Carried:
    """Give a changed model the weights of the layers that a trained one has too, and the state of its optimizer.

    A layer takes over all its weights or none: where one differs in shape it begins anew as a whole. The slots of weights
    that went over follow them, where both models are compiled with the same class of optimizer; its step count goes on.
    Everything is copied bit for bit, and `trained` stays as it is. Settings of the optimizer are those of `changed`.

    Args:
        trained: a compiled model.
        changed: a compiled model.
        layers: for paths of layers in `changed` those in `trained`; None (the default): layers go by their paths.

    Returns:
        What went over, and what did not.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> one, other = (Sequential([Dense(2, input_shape=(3,), name="d"), Dense(1, name=n)]) for n in ("e", "f"))
        >>> for model in (one, other):
        ...     model.compile("sgd", "mse")
        >>> carry_over(one, other).new
        (('f',),)
        >>> bool((one.layers[0].get_weights()[0] == other.layers[0].get_weights()[0]).all())
        True
    """
    pairs = _paired(trained, changed, layers)
    for layer, before in pairs.fitting.values():
        layer.set_weights(before.get_weights())
    goes_on = _same_optimizer(trained, changed)
    slots = _carry_slots(trained, changed, pairs.fitting) if goes_on and _started(trained) else ()
    return Carried(tuple(pairs.fitting), slots, pairs.differs, pairs.new, pairs.dropped, goes_on)


def _paired(trained: Model, changed: Model, layers: Mapping[LayerPath, LayerPath] | None) -> _Pairs:
    before, after = dict(_weighted(trained)), dict(_weighted(changed))
    meant = {path: path for path in after} if layers is None else layers
    taken: set[LayerPath] = set()
    fitting: dict[LayerPath, tuple[Layer, Layer]] = {}
    differs: dict[LayerPath, Difference] = {}
    new: list[LayerPath] = []
    for path, layer in after.items():
        origin = meant.get(path)
        known = None if origin is None else before.get(origin)
        if origin is None or known is None:
            new.append(path)
            continue
        taken.add(origin)
        difference = _difference(layer, known)
        if difference is None:
            fitting[path] = layer, known
        else:
            differs[path] = difference
    return _Pairs(fitting, differs, tuple(new), tuple(path for path in before if path not in taken))


def _weighted(network: Network, inside: LayerPath = ()) -> Iterator[tuple[LayerPath, Layer]]:
    """The layers with weights, those of nested models one by one."""
    for layer in network.layers:
        path = (*inside, layer.name)
        if isinstance(layer, Network):
            yield from _weighted(layer, path)
        elif layer.weights:
            yield path, layer


def _difference(layer: Layer, before: Layer) -> Difference | None:
    same_class = type(layer) is type(before)
    for now, then in zip_longest(layer.weights, before.weights):
        if same_class and now is not None and then is not None and (now.shape, now.dtype) == (then.shape, then.dtype):
            continue
        named = next(weight for weight in (now, then) if weight is not None)
        weight = str(named.name).rpartition("/")[2].partition(":")[0]
        shapes = (None if one is None else one.shape for one in (now, then))
        return Difference(weight, next(shapes), next(shapes), type(layer).__name__, type(before).__name__)
    return None


def _same_optimizer(trained: Model, changed: Model) -> bool:
    """Whether slots of one mean the same in the other; those of an optimizer written with K cannot be told apart."""
    one, other = trainer_of(trained).optimizer, trainer_of(changed).optimizer
    return one is not None and type(one) is type(other) and not one.records_updates


def _started(trained: Model) -> bool:
    optimizer = trainer_of(trained).optimizer
    return optimizer is not None and optimizer.started


def _carry_slots(
    trained: Model, changed: Model, fitting: Mapping[LayerPath, tuple[Layer, Layer]]
) -> tuple[LayerPath, ...]:
    """Copies slots and step count; the layers all of whose trainable weights had slots."""
    before, after = _updater(trained), _updater(changed)
    known, present = _slots_by_weight(before), _slots_by_weight(after)
    carried_slots: list[LayerPath] = []
    for path, (layer, origin) in fitting.items():
        pairs = [(w, then) for w, then in zip(layer.weights, origin.weights, strict=True) if w in present]
        for weight, then in pairs:
            for name in present[weight].keys() & known.get(then, {}).keys():
                after.device.put(present[weight][name], known[then][name])
        if pairs and all(
            present[weight] and present[weight].keys() == known.get(then, {}).keys() for weight, then in pairs
        ):
            carried_slots.append(path)
    after.optimizer.iterations.assign(before.optimizer.iterations.host())
    after.state.update(before.state)
    return tuple(carried_slots)


def _updater(model: Model) -> Updater:
    """The updater of a compiled model. Slots that a file has brought come into it with the first training step."""
    compiled = trainer_of(model).ready()
    compiled.train_step()
    return compiled.updater()


def _slots_by_weight(updater: Updater) -> dict[Variable, dict[str, Array]]:
    slots: dict[Variable, dict[str, Array]] = {variable: {} for variable in updater.variables}
    for name in updater.slots:
        for variable, slot in zip(updater.variables, updater.slot_views(name), strict=True):
            slots[variable][name] = slot
    return slots
