"""Constraints on weights as instructions of the library in C, which a compiled update ends with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from .._graph.native_phases import Instruction, Outside, Settings
from .._graph.tensor import Variable
from .._machine.config import epsilon
from ..constraints import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from ..types import Array

# Weights of a chunk, and norms side by side that are computed at once (limits.c).
_CHUNK, _AT_ONCE = 16_384, 64
# Groups of axes beside the last one that a layout has room for, of either kind.
_OUTER = 3


def _smallest_largest_share(constraint: object) -> tuple[float, float, float] | None:
    """The norms that a constraint allows, and the share of the way there that it goes; None for what keeps no norm."""
    if type(constraint) is MaxNorm:
        return 0.0, constraint.max_value, 1.0
    if type(constraint) is UnitNorm:
        return 1.0, 1.0, 1.0
    if type(constraint) is MinMaxNorm:
        return constraint.min_value, constraint.max_value, constraint.rate
    return None


class _Layout(NamedTuple):
    """How limits.c walks over a weight, and how many norms and elements of a norm it has."""

    values: tuple[int, ...]
    norms: int
    elements: int


def layout_of_norms(shape: Sequence[int], axes: Sequence[int]) -> _Layout | None:
    """Where the elements of each norm along some axes lie; None where these alternate more often than the library follows.

    Example:
        >>> layout_of_norms((2, 3, 4), (0, 1)).norms
        4
    """
    sizes = [(n, i in axes) for i, n in enumerate(shape) if n != 1]
    groups = [(math.prod(n for n, _ in group), summed) for summed, group in groupby(sizes, lambda size: size[1])]
    steps = [math.prod(n for n, _ in groups[i + 1 :]) for i in range(len(groups))]
    *outer, (last, last_is_summed) = groups or [(1, False)]
    parts: list[tuple[int, ...]] = []
    for kind in (False, True):
        of_kind = [(n, step) for (n, summed), step in zip(outer, steps, strict=False) if summed is kind]
        if len(of_kind) > _OUTER:
            return None
        padded = [(1, 0)] * (_OUTER - len(of_kind)) + of_kind
        parts += zip(*padded, strict=True)
    columns, run = (1, last) if last_is_summed else (last, 1)
    elements = math.prod(n for n, summed in groups if summed)
    return _Layout((columns, run, *(n for part in parts for n in part)), math.prod(shape) // elements, elements)


class _Limit:
    """A constraint of one variable as an instruction, and the numbers that it reads."""

    def __init__(self, variable: Variable, weights: Array) -> None:
        self.variable = variable
        self._constraint = variable.constraint
        self._axis = getattr(self._constraint, "axis", None)
        self._settings: tuple[float, ...] | None = None
        self._numbers = np.zeros(4)
        self.instruction = self._instruction(Outside(weights), weights.size)

    def _instruction(self, weights: Outside, size: int) -> Instruction | None:
        if not size:
            return None
        if type(self._constraint) is NonNeg:
            return Instruction("rectify", (weights, weights), (1, 1), size, False, size, grain=_CHUNK)
        shape, axis = self.variable.shape, self._axis
        if _smallest_largest_share(self._constraint) is None or axis is None:
            return None
        axes = (axis,) if isinstance(axis, int) else axis
        summed = {i % len(shape) for i in axes if -len(shape) <= i < len(shape)}
        # NumPy says which axis there is not, or is named twice.
        layout = layout_of_norms(shape, sorted(summed)) if len(summed) == len(axes) else None
        if layout is None:
            return None
        rows = max(1, _CHUNK // layout.elements)
        grain = max(_AT_ONCE, rows // _AT_ONCE * _AT_ONCE) if layout.values[0] > 1 else rows
        size_of = 1, int(type(self._constraint) is MinMaxNorm)
        operands = (Settings(layout.values), Outside(self._numbers), weights)
        return Instruction("limit_norms", operands, size_of, layout.norms, False, 4 * size, grain=grain)

    def is_as_it_was(self) -> bool:
        """Whether the instruction is still the constraint's; takes its numbers, which may have changed."""
        constraint = self.variable.constraint
        if constraint is not self._constraint or getattr(constraint, "axis", None) != self._axis:
            return False
        allowed = _smallest_largest_share(constraint)
        if allowed is not None:
            settings = (*allowed, epsilon())
            if settings != self._settings:
                self._numbers[:] = self._settings = settings
        return True


class NativeLimits:
    """The constraints of variables that the library knows.

    Args:
        parts: variables and their flat weights.

    Attributes:
        instructions: one for each of them.
    """

    def __init__(self, parts: Sequence[tuple[Variable, Array]]) -> None:
        limits = [_Limit(variable, weights) for variable, weights in parts if variable.constraint is not None]
        self._limits = [limit for limit in limits if limit.instruction is not None]
        self.instructions = [limit.instruction for limit in self._limits if limit.instruction is not None]
        self._are_known = True

    def take_numbers(self) -> bool:
        """Have the next update read the constraints' numbers as they are now.

        Returns:
            Whether the constraints are still those that the instructions are of; once they are not, Python applies them.
        """
        self._are_known = self._are_known and all(limit.is_as_it_was() for limit in self._limits)
        return self._are_known

    @property
    def variables(self) -> set[Variable]:
        """Those whose constraint an update ends with."""
        return {limit.variable for limit in self._limits} if self._are_known else set()
