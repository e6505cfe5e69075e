"""All outputs of all layers for some samples as one dict: `model.inspect(x)`."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

import numpy as np

from .._graph.tensor import Tensor
from ..types import Array, Data
from .attention import attention_of
from .gates import gates_of
from .picture import Row, rows_as_svg
from .places import Looked, Place, chosen
from .reading import Reader

Values: TypeAlias = "Array | list[Array]"
"""What a layer gives: one array, or a list of those of a layer with several outputs."""


class Inspection(dict[str, Values]):
    """Arrays by the names of layers, in the order in which they run; in a notebook it shows them as pictures.

    A layer with several outputs has a list. A layer inside another is called "outer/inner", the second call of a shared
    one "name:2"; with `details` what a layer computes on the way follows it, as "lstm_1.forget gate".

    Args:
        values: the arrays by name.
        kinds: the class of each layer by name, for the picture.
        sample: the sample that the picture shows, 0 by default.

    Example:
        >>> import numpy as np
        >>> inspection = Inspection({"dense_1": np.array([[1.0, 2.0]])})
        >>> inspection["dense_1"].shape
        (1, 2)
    """

    def __init__(self, values: Mapping[str, Values], kinds: Mapping[str, str] | None = None, sample: int = 0) -> None:
        super().__init__(values)
        self.kinds = dict(kinds or {})
        self.sample = sample

    def __missing__(self, name: str) -> NoReturn:
        near = difflib.get_close_matches(str(name), list(self), 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(list(self)[:10])}."
        raise KeyError(f"expected the name of a layer, found {name!r}. {hint}")

    def picture(self, sample: int = 0) -> str:
        """The arrays of one sample as SVG: feature maps as tiles, sequences as heat maps, vectors as bars.

        Args:
            sample: its number, 0 by default.

        Returns:
            The text of the picture; large arrays are drawn in part, and it says so.

        Example:
            >>> import numpy as np
            >>> Inspection({"dense_1": np.array([[1.0, 2.0]])}).picture()[:4]
            '<svg'
        """
        rows: list[Row] = []
        for name, values in self.items():
            for number, value in enumerate(values if isinstance(values, list) else [values]):
                title = f"{name}, output {number + 1}" if isinstance(values, list) else name
                one = value[min(sample, len(value) - 1)] if value.ndim and len(value) else value
                rows.append(Row(title, self.kinds.get(name, ""), np.asarray(one)))
        return rows_as_svg(rows)

    def _repr_svg_(self) -> str:
        return self.picture(self.sample)


def inspect(
    model: Looked,
    x: Data | None,
    layers: Sequence[str] | str | None = None,
    batch_size: int | None = None,
    details: bool = False,
    reader: Reader | None = None,
) -> Inspection:
    """What every layer gives for some samples; see `Model.inspect`.

    Args:
        model: a model.
        x: samples, as `predict` takes them.
        layers: names of the layers that are wanted, or one; all but the inputs by default.
        batch_size: samples that are computed at a time, 32 by default.
        details: whether gates, states and attention scores are given too, False by default.
        reader: keeps the plans of earlier calls; a new one by default.

    Returns:
        The arrays by layer.

    Raises:
        UnknownName: there is no layer of a name.
        DataError: the samples do not fit the model.
        TooLarge: the arrays would take more than half of the free memory.

    Example:
        >>> import numpy as np
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(3, input_dim=2, name="hidden"), Dense(1, name="out")])
        >>> {name: values.shape for name, values in inspect(model, np.zeros((5, 2))).items()}
        {'hidden': (5, 3), 'out': (5, 1)}
    """
    reader = Reader(model) if reader is None else reader
    fed = reader.feed(x)
    names = [layers] if isinstance(layers, str) else layers
    places = chosen(reader.places, names, model.name)
    tensors = list(dict.fromkeys(y for place in places for y in place.outputs))
    arrays = dict(zip(tensors, reader.values(fed, tensors, batch_size), strict=True))
    by_name: dict[str, Values] = {}
    for place in places:
        by_name[place.name] = _single(place, arrays)
        if details:
            inside = {**gates_of(reader, fed, place), **attention_of(reader, fed, place)}
            by_name.update({f"{place.name}.{part}": value for part, value in inside.items()})
    return Inspection(by_name, {place.name: type(place.layer).__name__ for place in places})


def _single(layer_call: Place, arrays: Mapping[Tensor, Array]) -> Values:
    values = [arrays[y] for y in layer_call.outputs]
    return values[0] if len(values) == 1 else values
