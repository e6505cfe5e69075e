"""Layers that join, part or reshape blobs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ...types import Config
from .elements import axis_here, axis_of
from .graph import Converter, Graph, Port, picture_of
from .net import CaffeLayer

__all__ = ["JOINS"]

_MOST_PARTS = 10_000


def _alike(graph: Graph, layer: CaffeLayer, sources: Sequence[Port]) -> list[Port]:
    """Blobs of one shape, whose numbers stand in one order. Raises FileError for several shapes."""
    if len({source.shape for source in sources}) > 1:
        shapes = ", ".join(str(("N", *source.shape)) for source in sources[:4])
        raise layer.refusal("blobs of one shape", shapes)
    if len({source.picture for source in sources}) > 1:
        return [graph.settled(source) for source in sources]
    return list(sources)


def _eltwise(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings = layer.settings("eltwise_param")
    operation, factors = settings.text("operation", "SUM"), settings.numbers("coeff")
    if len(sources) < 2:
        raise layer.refusal("two blobs or more", str(len(sources)))
    if factors and (len(factors) != len(sources) or operation != "SUM"):
        raise layer.refusal("a coeff for each blob of a SUM", f"{len(factors)} for a {operation} of {len(sources)}")
    sources = _alike(graph, layer, sources)
    kind = {"SUM": "Add", "PROD": "Multiply", "MAX": "Maximum"}[operation]
    positive = all(source.is_positive for source in sources)
    if factors == [1.0, -1.0]:
        kind, positive = "Subtract", False
    elif factors and set(factors) != {1.0}:
        positive = positive and min(factors) >= 0
        sources = [
            source if factor == 1 else _times(graph, f"{layer.name}_coeff_{number}", source, factor)
            for number, (source, factor) in enumerate(zip(sources, factors, strict=True), 1)
        ]
    made = graph.add(layer.name, kind, {}, sources, sources[0].shape, is_positive=positive)
    return [replace(made, picture=sources[0].picture)]


def _times(graph: Graph, name: str, source: Port, factor: float) -> Port:
    made = graph.add(name, "Rescaling", {"scale": factor}, [source], source.shape)
    return replace(made, picture=source.picture)


def _concatenated(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings = layer.settings("concat_param")
    axis = axis_of(layer, settings.whole("axis", settings.whole("concat_dim", 1)), sources[0])
    if axis == 0:
        raise layer.refusal("blobs joined along another axis than the batch's", "axis 0")
    if len(sources) == 1:
        return sources
    sources = [graph.settled(source) for source in sources]
    first = sources[0].shape
    if any(_without(source.shape, axis) != _without(first, axis) for source in sources):
        shapes = ", ".join(str(("N", *source.shape)) for source in sources[:4])
        raise layer.refusal(f"blobs that differ along axis {axis} only", shapes)
    shape = (*first[: axis - 1], sum(source.shape[axis - 1] for source in sources), *first[axis:])
    positive = all(source.is_positive for source in sources)
    settings_here: Config = {"axis": axis_here(axis, sources[0])}
    return [graph.add(layer.name, "Concatenate", settings_here, sources, shape, is_positive=positive)]


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return len(shape), *shape[: axis - 1], *shape[axis:]


def _sliced(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    source, settings, parts = graph.settled(sources[0]), layer.settings("slice_param"), len(layer.tops)
    axis = axis_of(layer, settings.whole("axis", settings.whole("slice_dim", 1)), source)
    if axis == 0 or parts > _MOST_PARTS:
        raise layer.refusal("parts along another axis than the batch's", f"{parts} along axis {axis}")
    length, points = source.shape[axis - 1], settings.wholes("slice_point")
    if not points and length % max(parts, 1) == 0:
        points = [length // parts * number for number in range(1, parts)]
    borders = [0, *points, length]
    if len(borders) != parts + 1 or any(a >= b for a, b in zip(borders, borders[1:], strict=False)):
        raise layer.refusal(f"slice_points that part {length} into {parts}", str(points[:8]))
    if parts == 1:
        return [source]
    names = [layer.name if part == 0 else f"{layer.name}_{part + 1}" for part in range(parts)]
    pairs = zip(names, borders, borders[1:], strict=False)
    return [_part(graph, name, source, axis, start, stop) for name, start, stop in pairs]


def _part(graph: Graph, name: str, source: Port, axis: int, start: int, stop: int) -> Port:
    shape = (*source.shape[: axis - 1], stop - start, *source.shape[axis:])
    settings: Config = {"axis": axis_here(axis, source), "start": start, "stop": stop}
    return graph.add(name, "Slice", settings, [source], shape, is_positive=source.is_positive)


def _cropped(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    if len(sources) != 2 or len(sources[0].shape) != len(sources[1].shape):
        raise layer.refusal("two blobs of the same rank", f"{len(sources)}")
    settings, (source, like) = layer.settings("crop_param"), sources
    first, offsets = axis_of(layer, settings.whole("axis", 2), source), settings.wholes("offset")
    axes = range(first, len(source.shape) + 1)
    if first == 0 or len(offsets) not in (0, 1, len(axes)):
        raise layer.refusal(
            f"no offset, one, or one for each of {len(axes)} axes behind the batch's", str(len(offsets))
        )
    starts = offsets if len(offsets) == len(axes) else (offsets or [0]) * len(axes)
    source = graph.settled(source)
    for axis, start in zip(axes, starts, strict=True):
        length, wanted = source.shape[axis - 1], like.shape[axis - 1]
        if start + wanted > length or start < 0:
            raise layer.refusal(f"a part of axis {axis}, which has {length}", f"{wanted} from {start} on")
    if list(axes) == [2, 3] and len(source.shape) == 3:
        channels, height, width = source.shape
        cut = [[s, n - m - s] for s, n, m in zip(starts, (height, width), like.shape[1:], strict=True)]
        config: Config = {"cropping": cut, "data_format": "channels_last"}
        return [
            graph.add(
                layer.name, "Cropping2D", config, [source], (channels, *like.shape[1:]), is_positive=source.is_positive
            )
        ]
    for axis, start in zip(axes, starts, strict=True):
        if like.shape[axis - 1] != source.shape[axis - 1]:
            source = _part(graph, layer.name, source, axis, start, start + like.shape[axis - 1])
    return [source]


def _flattened(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings, source = layer.settings("flatten_param"), sources[0]
    first, last = (
        axis_of(layer, settings.whole("axis", 1), source),
        axis_of(layer, settings.whole("end_axis", -1), source),
    )
    if first == 0:
        raise layer.refusal("axes behind the batch's", f"axes {first} to {last}")
    if first == 1 and last == len(source.shape):
        return [graph.flat(source, layer.name)]
    lengths = source.shape[first - 1 : last]
    shape = (*source.shape[: first - 1], math.prod(lengths), *source.shape[last:])
    return [_reshaped_to(graph, layer, source, shape)]


def _reshaped(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    settings, source = layer.settings("reshape_param"), sources[0]
    lengths, rank = settings.message("shape").wholes("dim"), len(source.shape) + 1
    start, count = settings.whole("axis"), settings.whole("num_axes", -1)
    start = start if start >= 0 else rank + start + 1
    end = rank if count == -1 else start + count
    if not 0 <= start <= end <= rank or len(lengths) > 32:
        raise layer.refusal(f"axes from 0 to {rank}", f"{start} to {end}")
    whole: list[int | None] = [None, *source.shape]  # None: the batch
    written: list[int | None] = []
    for number, length in enumerate(lengths):
        if length == 0 and start + number >= rank:
            raise layer.refusal(f"a 0 for one of {rank} axes", f"one for axis {start + number}")
        written.append(whole[start + number] if length == 0 else length)
    new = [*whole[:start], *written, *whole[end:]]
    rest = new[1:]
    if not new or None in rest or any(n is not None and n < -1 for n in new):
        raise layer.refusal("a shape whose first axis is the batch", str(lengths[:8]))
    shape = _with_inferred(layer, [n for n in rest if n is not None], source.size, new[0])
    return [_reshaped_to(graph, layer, source, shape)]


def _with_inferred(layer: CaffeLayer, lengths: list[int], size: int, batch: int | None) -> tuple[int, ...]:
    """The lengths, with the one that is -1 as what is left of the size of a sample."""
    known = math.prod(n for n in lengths if n != -1)
    if lengths.count(-1) == 1 and batch != -1 and known and size % known == 0:
        lengths = [size // known if n == -1 else n for n in lengths]
    if math.prod(lengths) != size or -1 in lengths:
        raise layer.refusal(f"a shape of {size} numbers for each sample", str(tuple(lengths)))
    return tuple(lengths)


def _reshaped_to(graph: Graph, layer: CaffeLayer, source: Port, shape: tuple[int, ...]) -> Port:
    """The numbers, in Caffe's order, under another shape."""
    if shape == source.shape:
        return source
    source = graph.settled(source)
    if picture_of(source) is not None:
        source = graph.add(f"{layer.name}_channels_first", "Permute", {"dims": [3, 1, 2]}, [source], source.shape)
    target = replace(source, shape=shape, picture=None)
    if picture_of(target) is None:
        return graph.add(layer.name, "Reshape", {"target_shape": list(target.here)}, [source], shape)
    made = graph.add(f"{layer.name}_shape", "Reshape", {"target_shape": list(shape)}, [source], shape)
    return graph.add(layer.name, "Permute", {"dims": [2, 3, 1]}, [made], shape)


def _scaled_sum(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    """a * x + y with a number a for each channel: the layer of squeeze-and-excitation nets, of a program made from Caffe."""
    if len(sources) != 3 or sources[1].shape != sources[2].shape or len(sources[1].shape) != 3:
        raise layer.refusal("a factor for each channel and two blobs of pictures", f"{len(sources)} blobs")
    factor, x, y = sources
    channels = x.shape[0]
    if factor.shape[:1] != (channels,) or factor.size != channels:
        raise layer.refusal(f"a factor for each of {channels} channels", str(("N", *factor.shape)))
    if len(factor.shape) == 1:
        shape = (channels, 1, 1)
        factor = graph.add(f"{layer.name}_factor", "Reshape", {"target_shape": [1, 1, channels]}, [factor], shape)
    product = graph.add(f"{layer.name}_scale", "Multiply", {}, [factor, x], x.shape)
    positive = all(source.is_positive for source in sources)
    return [graph.add(layer.name, "Add", {}, [product, y], x.shape, is_positive=positive)]


def _same(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    return sources[:1] * max(1, len(layer.tops))


def _nothing(graph: Graph, layer: CaffeLayer, sources: list[Port]) -> list[Port]:
    return []


JOINS: dict[str, Converter] = {
    "Axpy": _scaled_sum,
    "Concat": _concatenated, "Crop": _cropped, "Eltwise": _eltwise, "Flatten": _flattened, "Reshape": _reshaped,
    "Silence": _nothing, "Slice": _sliced, "Split": _same,
}  # fmt: skip
