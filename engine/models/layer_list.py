"""`model.layers`: a list that can be cut, as Keras's can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, SupportsIndex

from ..errors import GraphError
from ..layers.base import Layer

__all__ = ["LayerList"]


class LayerList(list[Layer]):
    """The layers of a model, whose `pop()` takes the last one off the model too.

    The model then ends with what came before that layer. Other changes are refused, since the list would no longer say
    what the model does. `list(model.layers)` is a list like any other.

    Example:
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> model = Sequential([Dense(3, input_dim=2), Dense(4)])
        >>> _ = model.layers.pop()
        >>> model.output_shape
        (None, 3)
    """

    def __init__(self, layers: Iterable[Layer], cut: Callable[[], None], model: Layer) -> None:
        super().__init__(layers)
        self._cut = cut
        self._model = model

    @property
    def _where(self) -> str:
        return f"{type(self._model).__name__} '{self._model.name}'"

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)

    def pop(self, index: SupportsIndex = -1) -> Layer:
        """Take the last layer off the list and the model.

        Args:
            index: -1, the default, or the last layer's index.

        Returns:
            The layer.

        Raises:
            GraphError: another layer is meant.
            IndexError: there is none.
        """
        position = int(index)
        if not self:
            raise IndexError(f"{self._where}, layers.pop: expected a model with layers, found none")
        if position not in (-1, len(self) - 1):
            self._refuse(f"pop({position})")
        self._cut()
        return super().pop()

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        if isinstance(index, slice):
            positions = range(len(self))[index]
            if sorted(positions) != list(range(len(self) - len(positions), len(self))):
                self._refuse("del of layers that are not the last")
            for _ in positions:
                self.pop()
        else:
            self.pop(index)

    def remove(self, value: Layer) -> None:
        """Take a layer off the list and the model; it must be the last one."""
        self.pop(self.index(value))

    def append(self, object: Layer) -> None:
        """Refused: `add` of a Sequential puts a layer on top."""
        self._refuse("append")

    def extend(self, iterable: Iterable[Layer]) -> None:
        """Refused, as `append`."""
        self._refuse("extend")

    def insert(self, index: SupportsIndex, object: Layer) -> None:
        """Refused, as `append`."""
        self._refuse("insert")

    def clear(self) -> None:
        """Refused, as `append`."""
        self._refuse("clear")

    def __setitem__(self, index: Any, value: Any) -> None:
        self._refuse("assignment of a layer")

    def __iadd__(self, value: Iterable[Layer]) -> NoReturn:
        self._refuse("+=")

    def _refuse(self, change: str) -> NoReturn:
        raise GraphError(
            where=f"{self._where}, layers",
            expected="pop() of the last layer, as the list says what the model is",
            actual=change,
            hint="Use add for a Sequential, or Model(model.input, new_layer(model.layers[-1].output)); "
            "list(model.layers) is a list of your own.",
        )


def find_layer(layers: Sequence[Layer], name: str | None, index: int | None, where: str) -> Layer:
    """The layer of a name, or at an index, which counts where both are given.

    Raises:
        ValueError: neither is given, or there is no such layer.
    """
    if name is None and index is None:
        raise ValueError(f"{where}, get_layer: expected a layer's name or index, found neither")
    if index is not None:
        if not -len(layers) <= index < len(layers):
            raise ValueError(f"{where}: expected a layer index below {len(layers)}, found {index}")
        return layers[index]
    for layer in layers:
        if layer.name == name:
            return layer
    near = ", ".join(repr(layer.name) for layer in layers[:10])
    raise ValueError(f"{where}: expected the name of one of its layers ({near} ...), found {name!r}")
