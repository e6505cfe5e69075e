"""A stand-in for cuBLASLt beside that for cuBLAS: the functions that the engine calls, as its manual describes them.

It refuses what the manual forbids: layouts that do not fit, a scale of another type, an array that does not begin where the
algorithm was asked for, an algorithm of another product, too small a workspace.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine._machine.cublas_lt import Heuristic

from .cublas import matrices_at

_KINDS = {0: np.float32, 2: np.float16}
_COMPUTE = {68: (np.float16, np.float32), 77: (np.float32,)}
_FLOAT32, _ADD_BIAS = 0, 4
_NONE, _INVALID = 15, 7  # CUBLAS_STATUS_NOT_SUPPORTED, _INVALID_VALUE
# Names of attributes and how many bytes each has: of a product's description, and of what is preferred.
_OF_PRODUCTS = {3: 4, 4: 4, 7: 4, 8: 8}
_PREFERRED = {1: 8, 5: 4, 6: 4, 7: 4, 8: 4}
_NEEDS = 1024  # bytes of workspace


@dataclass
class _Object:
    """A description, layout or preference: what it was made with and what was set since."""

    kind: str
    made: tuple[int, ...]
    settings: dict[int, int] = field(default_factory=dict[int, int])


class Library:
    """What `ctypes.CDLL` gives for cuBLASLt."""

    def __init__(self, run: Callable[[Callable[[], object]], None]) -> None:
        self._run = run
        self._objects: dict[int, _Object] = {}
        self._algorithms: list[tuple[object, ...]] = []
        self.calls = self.questions = 0
        self.computed_as = 0
        self.has_algorithms = True
        for name in (
            "Create",
            "MatmulDescCreate",
            "MatmulDescSetAttribute",
            "MatrixLayoutCreate",
            "MatmulPreferenceCreate",
            "MatmulPreferenceSetAttribute",
            "MatmulAlgoGetHeuristic",
            "Matmul",
        ):
            setattr(self, f"cublasLt{name}", self._function(getattr(self, f"_{name}")))

    @staticmethod
    def _function(method: Callable[..., int]) -> Callable[..., int]:
        # A function that takes `argtypes`, which bound methods do not.
        return lambda *arguments: method(*arguments)

    def _make(self, kind: str, target: Any, *made: int) -> int:
        number = 1000 + len(self._objects)
        self._objects[number] = _Object(kind, made)
        target._obj.value = number
        return 0

    def _object(self, kind: str, pointer: Any) -> _Object:
        found = self._objects[pointer.value]
        assert found.kind == kind, f"a {kind} was expected, not a {found.kind}"
        return found

    def _Create(self, handle: Any) -> int:
        return self._make("handle", handle)

    def _MatmulDescCreate(self, target: Any, compute: int, scale: int) -> int:
        if compute not in _COMPUTE or scale != _FLOAT32:
            return _NONE
        return self._make("description", target, compute)

    def _MatrixLayoutCreate(self, target: Any, kind: int, rows: int, columns: int, lead: int) -> int:
        if kind not in _KINDS or lead < rows:
            return _INVALID
        return self._make("layout", target, kind, rows, columns, lead)

    def _MatmulPreferenceCreate(self, target: Any) -> int:
        return self._make("preference", target)

    def _MatmulDescSetAttribute(self, pointer: Any, name: int, buffer: Any, size: int) -> int:
        return self._put(self._object("description", pointer), _OF_PRODUCTS, name, buffer, size)

    def _MatmulPreferenceSetAttribute(self, pointer: Any, name: int, buffer: Any, size: int) -> int:
        return self._put(self._object("preference", pointer), _PREFERRED, name, buffer, size)

    @staticmethod
    def _put(one: _Object, sizes: dict[int, int], name: int, buffer: Any, size: int) -> int:
        if sizes.get(name) != size or ctypes.sizeof(buffer._obj) != size:
            return _INVALID
        one.settings[name] = int(buffer._obj.value or 0)
        return 0

    def _MatmulAlgoGetHeuristic(self, *arguments: Any) -> int:
        handle, description, a, b, c, d, preference, asked, found, count = arguments
        self._object("handle", handle)
        self.questions += 1
        wished = self._object("preference", preference).settings
        if asked != 1 or set(wished) != set(_PREFERRED) or not self._fits(description, a, b, c, d):
            return _INVALID
        count._obj.value = int(self.has_algorithms and wished[1] >= _NEEDS)
        if not count._obj.value:
            return _NONE
        result = found._obj
        assert isinstance(result, Heuristic)
        self._algorithms.append(
            (description.value, a.value, b.value, d.value, tuple(wished[name] for name in (5, 6, 7, 8)))
        )
        result.algorithm[0], result.workspace, result.status = len(self._algorithms), _NEEDS, 0
        return 0

    def _fits(self, description: Any, a: Any, b: Any, c: Any, d: Any) -> bool:
        """Whether a product of these layouts can be described so."""
        product = self._object("description", description)
        (ka, ra, ca, _), (kb, rb, cb, _), (kc, rc, cc, _), (kd, rd, cd, _) = (
            self._object("layout", one).made for one in (a, b, c, d)
        )
        rows, inner = (ca, ra) if product.settings.get(3) else (ra, ca)
        other, columns = (cb, rb) if product.settings.get(4) else (rb, cb)
        kinds = {ka, kb, kc, kd}
        same = len(kinds) == 1 and _KINDS[ka] in _COMPUTE[product.made[0]]
        return (
            same and inner == other and (rows, columns) == (rc, cc) == (rd, cd) and product.settings.get(7) == _ADD_BIAS
        )

    def _Matmul(self, *arguments: Any) -> int:
        handle, description, alpha, a, of_a, b, of_b, beta, c, of_c, d, of_d, algorithm, memory, size, stream = (
            arguments
        )
        self._object("handle", handle)
        product = self._object("description", description)
        bias = product.settings.get(8, 0)
        if not self._fits(description, of_a, of_b, of_c, of_d) or not bias or not stream or c != d:
            return _INVALID
        *chosen, aligned = self._algorithms[algorithm._obj.algorithm[0] - 1]
        begins = (a, b, c, bias)
        wrong = chosen != [description.value, of_a.value, of_b.value, of_d.value]
        if wrong or size < algorithm._obj.workspace or not memory:
            return _INVALID
        if any(begin % at for begin, at in zip(begins, aligned, strict=True)):
            return _INVALID
        self.calls += 1
        self.computed_as = product.made[0]
        left, right, target = (
            matrices_at(begin, _KINDS[kind], rows, columns, lead, 1, 0)[0]
            for begin, (kind, rows, columns, lead) in (
                (at, self._object("layout", layout).made) for at, layout in ((a, of_a), (b, of_b), (d, of_d))
            )
        )
        added = matrices_at(bias, target.dtype, len(target), 1, len(target), 1, 0)[0]
        one, zero = alpha._obj.value, beta._obj.value
        assert (one, zero) == (1.0, 0.0)
        turned_left = left.T if product.settings.get(3) else left
        turned_right = right.T if product.settings.get(4) else right

        def work() -> None:
            with np.errstate(all="ignore"):
                # Sums are float32, also of float16.
                target[...] = turned_left.astype("float32") @ turned_right.astype("float32") + added

        self._run(work)
        return 0
