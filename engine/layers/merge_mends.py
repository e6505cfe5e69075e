"""What would make the inputs of a merge fit together, each tried by the shapes that the merge itself checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import TYPE_CHECKING

from .._declared import registry
from ..errors import EngineError, as_tuples
from ..types import Config, Shape
from .base import Layer

if TYPE_CHECKING:
    from .._graph.tensor import Tensor

_MOST = 6
_RANKS = (("Conv", "Dense"), ("Flatten", "Global"), ("UpSampling", "MaxPooling"), ("ZeroPadding", "Cropping"))
_PASS_ON = ("BatchNormalization", "Dropout", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "GaussianNoise")
_Tried = tuple[Config, Shape]


def merge_mends(merge: Layer, inputs: Sequence[Tensor], check: Callable[[list[Shape]], None]) -> list[Config]:
    """Changes of one input, or of the axis, after which the shapes fit, the most usual first.

    Args:
        merge: the layer that joins them.
        inputs: what it was called on.
        check: raises where shapes do not fit together.

    Returns:
        Changes as plain data: a setting of the layer before, a layer between (`index` says before which input), or the axis.
    """
    shapes = [tuple(x.shape) for x in inputs]
    changes: list[Config] = []
    for kind in (_of_the_layer_before, _of_one_between):
        for index, x in enumerate(inputs):
            wanted = shapes[1 - index] if index < 2 else shapes[0]
            if shapes[index] == wanted:
                continue
            for change, shape in kind(x, shapes[index], wanted):
                if _passes(check, [*shapes[:index], shape, *shapes[index + 1 :]]):
                    position = {} if "set" in change else {"before": merge.name, "index": index, **_source(x)}
                    changes.append({**change, **position})
    changes.sort(key=_rank)
    return [*changes, *_other_axes(merge, shapes)][:_MOST]


def _rank(change: Config) -> int:
    """Settings first, then what learns, then what only cuts, pads or repeats."""
    inserted = str(change.get("insert", ""))
    return (
        next((rank for rank, names in enumerate(_RANKS) if inserted.startswith(names)), len(_RANKS)) if inserted else -1
    )


def _source(x: Tensor) -> Config:
    layer = _layer_before(x)
    return {} if layer is None else {"source": layer.name}


def _layer_before(x: Tensor) -> Layer | None:
    layer = getattr(x, "_keras_history", (None,))[0]
    return layer if isinstance(layer, Layer) else None


def _passes(check: Callable[[list[Shape]], None], shapes: list[Shape]) -> bool:
    try:
        check(shapes)
    except EngineError:
        return False
    return True


def _of_the_layer_before(x: Tensor, _shape: Shape, wanted: Shape) -> Iterator[_Tried]:
    """Another width, step or padding of the layer that gives an input its shape."""
    layer = _layer_before(x)
    while layer is not None and type(layer).__name__ in _PASS_ON and len(layer.inbound_nodes) == 1:
        layer = _layer_before(layer.inbound_nodes[0].input_tensors[0])
    if layer is None or len(layer.inbound_nodes) != 1 or len(layer.inbound_nodes[0].input_tensors) != 1:
        return
    before, config = layer.inbound_nodes[0].input_tensors[0].shape, layer.get_config()
    settings: list[tuple[str, object]] = [(name, wanted[-1]) for name in ("units", "filters") if wanted[-1] is not None]
    settings += [("padding", "same"), ("strides", [1] * (len(wanted) - 2))]
    for name, value in settings:
        if name in config and as_tuples(config[name]) != as_tuples(value):
            shape = _shape_of(type(layer).__name__, {**config, name: value}, before)
            if shape is not None:
                yield {"set": {"layer": layer.name, "field": name, "value": value}}, shape


def _of_one_between(_x: Tensor, shape: Shape, wanted: Shape) -> Iterator[_Tried]:
    """A layer between that gives an input the other one's shape."""
    for class_name, settings in _layers_between(shape, wanted):
        after = _shape_of(class_name, settings, shape)
        if after is not None:
            yield {"insert": class_name, "settings": settings}, after


def _layers_between(shape: Shape, wanted: Shape) -> Iterator[tuple[str, Config]]:
    spatial, aim = shape[1:-1], wanted[1:-1]
    dims = len(spatial)
    width = wanted[-1]
    if len(shape) == len(wanted) and width is not None:
        if 1 <= dims <= 3 and spatial == aim:
            yield f"Conv{dims}D", {"filters": width, "kernel_size": [1] * dims}
        elif 1 <= dims <= 3 and (times := _times(spatial, aim)) is not None:
            yield f"Conv{dims}D", {"filters": width, "kernel_size": [1] * dims, "strides": times}
        elif dims == 0:
            yield "Dense", {"units": width}
    if len(shape) == len(wanted) and 1 <= dims <= 3:
        if (times := _times(aim, spatial)) is not None:
            yield f"UpSampling{dims}D", {"size": times[0] if dims == 1 else times}
        if (times := _times(spatial, aim)) is not None:
            yield f"MaxPooling{dims}D", {"pool_size": times[0] if dims == 1 else times}
        yield from _cut_or_padded(spatial, aim)
    if len(shape) > len(wanted):
        yield "Flatten", {}
        if 1 <= dims <= 3:
            yield f"GlobalAveragePooling{dims}D", {}
    known = [[size for size in one[1:] if size is not None] for one in (shape, wanted)]
    if None not in (*shape[1:], *wanted[1:]) and prod(known[0]) == prod(known[1]):
        yield "Reshape", {"target_shape": list(wanted[1:])}


def _cut_or_padded(spatial: Shape, aim: Shape) -> Iterator[tuple[str, Config]]:
    missing = [a - s for s, a in zip(spatial, aim, strict=True) if s is not None and a is not None]
    dims = len(spatial)
    if len(missing) != dims or not any(missing):
        return
    sides = [[abs(size) // 2, abs(size) - abs(size) // 2] for size in missing]
    if all(size >= 0 for size in missing):
        yield f"ZeroPadding{dims}D", {"padding": sides[0] if dims == 1 else sides}
    elif all(size <= 0 for size in missing):
        yield f"Cropping{dims}D", {"cropping": sides[0] if dims == 1 else sides}


def _times(large: Shape, small: Shape) -> list[int] | None:
    """How many whole times the sizes are those of the other, where it is more than once; None where it is not."""
    pairs = [(a, b) for a, b in zip(large, small, strict=True) if a is not None and b]
    if len(pairs) != len(large) or any(a % b for a, b in pairs):
        return None
    times = [a // b for a, b in pairs]
    return times if max(times, default=1) > 1 else None


def _shape_of(class_name: str, config: Config, before: Shape | list[Shape]) -> Shape | None:
    """What a layer gives of a shape, or None where it refuses it."""
    try:
        # A name of its own, so the count of automatic names goes on where it was.
        layer = registry.build(
            "layer", {"class_name": class_name, "config": {**config, "name": "tried"}}, where=class_name
        )
        shape = layer.compute_output_shape(before)
    except EngineError:
        return None
    return shape if isinstance(shape, tuple) else None


def _other_axes(merge: Layer, shapes: list[Shape]) -> Iterator[Config]:
    config = merge.get_config()
    for axis in (-1, *range(1, len(shapes[0]))) if "axis" in config else ():
        if _shape_of(type(merge).__name__, {**config, "axis": axis}, shapes) is None:
            continue
        yield {"set": {"layer": merge.name, "field": "axis", "value": axis}}
        return
