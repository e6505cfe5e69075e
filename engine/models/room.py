"""Whether the weights of a model that is read from a config have room in this machine, known before any memory is taken."""

from __future__ import annotations

from .._graph.tensor import Variable
from .._machine.room import SMALL, bytes_in_words, memory_limit, size_of
from ..errors import TooLarge
from ..layers.base import Layer
from ..types import Shape

_SHARE = "what a model from a file may take of the free memory"
_HINT = "K.set_memory_limit(None) lifts the bound: memory is taken at first use."


class Room:
    """Adds up the weights of layers while a model is built of them."""

    def __init__(self) -> None:
        self._layers: set[Layer] = set()
        self._weights: set[Variable] = set()
        self._bytes = 0

    def add(self, layer: Layer, where: str) -> None:
        """Count a layer that has just been called, its weights once. Raises TooLarge for the one that is too much."""
        for result in layer.inbound_nodes[-1].output_tensors if layer.inbound_nodes else ():
            _check_result(size_of(result.shape, result.dtype), result.shape, where)
        if layer in self._layers:
            return
        self._layers.add(layer)
        weights = [weight for weight in layer.weights if weight not in self._weights]
        if not weights:
            return
        self._weights.update(weights)
        nbytes = sum(weight.nbytes for weight in weights if not weight.materialised)
        self._bytes += nbytes
        limit = memory_limit() if self._bytes > SMALL else None
        if limit is not None and self._bytes > limit:
            before = (
                ""
                if nbytes == self._bytes
                else f" after {bytes_in_words(self._bytes - nbytes)} of the layers before it"
            )
            raise TooLarge(
                where=where,
                expected=f"weights of at most {bytes_in_words(limit)} ({_SHARE})",
                actual=f"{bytes_in_words(nbytes)} in this layer{before}",
                hint=_HINT,
            )


def _check_result(nbytes: int, shape: Shape, where: str) -> None:
    limit = memory_limit() if nbytes > SMALL else None
    if limit is not None and nbytes > limit:
        raise TooLarge(
            where=where,
            expected=f"results of at most {bytes_in_words(limit)} for each sample ({_SHARE})",
            actual=f"{bytes_in_words(nbytes)}, shape {shape}",
            hint=_HINT,
        )
