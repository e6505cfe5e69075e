"""Layers of a program's own that are called on several tensors one by one, `decoder(x, encoded)`, as tf.keras lets them be.

The graph knows one list of inputs for each call; which of them `call` gets by which name stands in the call's arguments.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from .._graph.tensor import Tensor

SPREAD = "_spread"
NOT_GIVEN: Any = object()
# Arguments that a call has beside its inputs.
_BESIDE = ("mask", "training", "initial_state", "constants")


class Called(NamedTuple):
    """What `call` gets.

    Args:
        first: its first argument, a tensor or a list of them.
        named: further tensors by the names of their arguments.
    """

    first: Any
    named: dict[str, Any]


def gathered(
    call: Callable[..., Any], inputs: Any, args: Sequence[Any], kwargs: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """All tensors of a call as one list, and its other arguments, with where each tensor belongs.

    Args:
        call: the layer's `call`.
        inputs: what was given first, or NOT_GIVEN.
        args: what was given behind it.
        kwargs: what was given by name.

    Raises:
        TypeError: `call` has no such argument.
    """
    names = [name for name, one in inspect.signature(call).parameters.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
    if inputs is NOT_GIVEN:
        first_name = next((name for name in names[:1] if name in kwargs), None)
        if first_name is None:
            raise TypeError(f"a layer is called on its inputs, found only {sorted(kwargs)}")
        inputs, kwargs = kwargs[first_name], {name: value for name, value in kwargs.items() if name != first_name}
    if len(args) > len(names) - 1:
        raise TypeError(f"call() takes {len(names)} arguments, found {len(args) + 1}")
    every = {**dict(zip(names[1:], args, strict=False)), **kwargs}
    tensors = {n: v for n, v in every.items() if n not in _BESIDE and isinstance(v, (Tensor, np.ndarray))}
    if not tensors:
        return inputs, every
    first = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
    count = len(first) if isinstance(inputs, (list, tuple)) else 0
    rest = {name: value for name, value in every.items() if name not in tensors}
    return [*first, *tensors.values()], {**rest, SPREAD: [count, *tensors]}


def taken_apart(inputs: Any, kwargs: dict[str, Any]) -> tuple[Called, dict[str, Any]]:
    """What `call` gets of the list of all tensors, and its other arguments.

    Args:
        inputs: the tensors.
        kwargs: the arguments, as `gathered` gave them.
    """
    spread = kwargs.get(SPREAD)
    if spread is None:
        return Called(inputs, {}), kwargs
    count, *names = spread
    first = list(inputs[:count]) if count else inputs[0]
    rest = {name: value for name, value in kwargs.items() if name != SPREAD}
    if isinstance(rest.get("mask"), list) and not count:
        rest["mask"] = rest["mask"][0]
    return Called(first, dict(zip(names, inputs[count or 1 :], strict=True))), rest
