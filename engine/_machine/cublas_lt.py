"""Products of matrices that add a bias on a graphics card in one call, by cuBLASLt called directly.

A dense layer or a convolution is a product and a bias for each column; cuBLASLt adds it before the product is written for
the first time, so that the result is not read and written once more. What it cannot be told, or knows no way for, is left to
the product and the sum one after the other.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from ..types import Array
from .config import tf32
from .cublas import TF32, WORKSPACE, Matrix, address, matrix_of

_NAMES = ("libcublasLt.so.13", "libcublasLt.so.12", "cublasLt64_13.dll", "cublasLt64_12.dll")
# cudaDataType_t and cublasComputeType_t; sums and factors in front are float32. Of float64 it adds no bias.
_KINDS = {"float16": (2, 68), "float32": (0, 68)}
_FLOAT32 = 0
# cublasLtMatmulDescAttributes_t, cublasLtEpilogue_t, cublasLtMatmulPreferenceAttributes_t
_TURN_A, _TURN_B, _EPILOGUE, _BIAS = 3, 4, 7, 8
_ADD_BIAS = 4
_MAX_WORKSPACE, _ALIGNMENTS = 1, (5, 6, 7, 8)
# What the library takes an array to begin at unless it is told otherwise.
_BEST_ALIGNMENT = 256

_POINTER, _INT, _LONG, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_longlong, ctypes.c_size_t
_MATMUL = [
    *[_POINTER] * 3,  # handle, what is computed, the factor before the product
    *[_POINTER] * 4,  # two matrices with their layouts
    _POINTER,  # the factor before C
    *[_POINTER] * 4,  # C and D with their layouts
    *[_POINTER, _POINTER, _SIZE, _POINTER],  # algorithm, workspace, its size, stream
]


class Library(Protocol):
    """The functions of cuBLASLt that are called."""

    cublasLtCreate: Any
    cublasLtMatmulDescCreate: Any
    cublasLtMatmulDescSetAttribute: Any
    cublasLtMatrixLayoutCreate: Any
    cublasLtMatmulPreferenceCreate: Any
    cublasLtMatmulPreferenceSetAttribute: Any
    cublasLtMatmulAlgoGetHeuristic: Any
    cublasLtMatmul: Any


class Heuristic(ctypes.Structure):
    """cublasLtMatmulHeuristicResult_t: an algorithm that the library would take, and the workspace that it needs."""

    _fields_ = (
        ("algorithm", ctypes.c_uint64 * 8),
        ("workspace", _SIZE),
        ("status", _INT),
        ("waves", ctypes.c_float),
        ("reserved", _INT * 4),
    )


class _Way(NamedTuple):
    """What a kind of product is called with: its description, the layouts of a, b and the result, and the algorithm."""

    description: Any
    layouts: tuple[Any, Any, Any]
    algorithm: Heuristic


def find(load: Callable[[str], Any]) -> Library | None:
    """The library, where the machine has one that loads."""
    for name in _NAMES:
        try:
            library = load(name)
        except OSError:
            continue
        library.cublasLtCreate.argtypes = [_POINTER]
        library.cublasLtMatmulDescCreate.argtypes = [_POINTER, _INT, _INT]
        library.cublasLtMatmulDescSetAttribute.argtypes = [_POINTER, _INT, _POINTER, _SIZE]
        library.cublasLtMatrixLayoutCreate.argtypes = [_POINTER, _INT, ctypes.c_uint64, ctypes.c_uint64, _LONG]
        library.cublasLtMatmulPreferenceCreate.argtypes = [_POINTER]
        library.cublasLtMatmulPreferenceSetAttribute.argtypes = [_POINTER, _INT, _POINTER, _SIZE]
        library.cublasLtMatmulAlgoGetHeuristic.argtypes = [*[_POINTER] * 7, _INT, _POINTER, _POINTER]
        library.cublasLtMatmul.argtypes = _MATMUL
        return library
    return None


class BiasedProducts:
    """Products with a bias on one card, in one stream.

    Args:
        library: cuBLASLt.
        workspace: memory of the card that its calls may use, of `WORKSPACE` bytes.
        stream: what the products go through.
    """

    def __init__(self, library: Library, workspace: Array, stream: Any) -> None:
        self._library, self._workspace, self._stream = library, workspace, stream
        self._handle = _POINTER()
        self._known: dict[tuple[object, ...], _Way | None] = {}
        self.works = not library.cublasLtCreate(ctypes.byref(self._handle))

    def multiply(self, a: Array, b: Array, bias: Array, out: Array) -> bool:
        """Compute out = a @ b + bias: (N, C), (C, U), (U,) -> (N, U); gives whether it could be done."""
        kind = _KINDS.get(out.dtype.name)
        same = a.dtype == b.dtype == bias.dtype == out.dtype
        # Of one column, and of sums of one product, some releases know no way.
        narrow = not a.size or min(b.shape) < 2
        if kind is None or not self.works or not same or narrow or bias.strides != (bias.itemsize,):
            return False
        left, right, target = matrix_of(a, ()), matrix_of(b, ()), matrix_of(out, ())
        # The bias is one number for each column of ours, a row of what cuBLASLt reads by columns.
        if left is None or right is None or target is None or target.by_columns:
            return False
        compute = TF32 if tf32() and out.dtype.name == "float32" else kind[1]
        arrays = (right, left, target)
        begins = [_alignment(address(one)) for one in (b, a, out, bias)]
        key = kind, compute, *begins, *((one.array.shape, one.by_columns, one.lead) for one in arrays)
        if key not in self._known:
            self._known[key] = self._described(kind[0], compute, arrays, begins)
        way = self._known[key]
        return way is not None and self._call(way, arrays, bias)

    def _call(self, way: _Way, arrays: tuple[Matrix, Matrix, Matrix], bias: Array) -> bool:
        """Have it done; an error is left to the product and the sum, which say what is wrong where it is not cuBLASLt's."""
        right, left, target = (address(one.array) for one in arrays)
        of_right, of_left, of_target = way.layouts
        if self._set(way.description, _BIAS, _POINTER(address(bias))):
            return False
        one, zero = ctypes.c_float(1.0), ctypes.c_float(0.0)
        status = self._library.cublasLtMatmul(
            *(self._handle, way.description, ctypes.byref(one), right, of_right, left, of_left, ctypes.byref(zero)),
            *(target, of_target, target, of_target, ctypes.byref(way.algorithm)),
            *(address(self._workspace), WORKSPACE, self._stream.ptr),
        )
        return status == 0

    def _described(
        self, kind: int, compute: int, arrays: tuple[Matrix, Matrix, Matrix], begins: list[int]
    ) -> _Way | None:
        """Describe a kind of product; None where the library has no algorithm for it.

        By rows out = left @ right; by columns, as the library reads, out^T = right^T @ left^T.
        """
        library, description, preference = self._library, _POINTER(), _POINTER()
        if library.cublasLtMatmulDescCreate(ctypes.byref(description), compute, _FLOAT32):
            return None
        right, left, _ = arrays
        refused = self._set(description, _TURN_A, _INT(int(right.by_columns)))
        refused |= self._set(description, _TURN_B, _INT(int(left.by_columns)))
        refused |= self._set(description, _EPILOGUE, _INT(_ADD_BIAS))
        layouts = (_POINTER(), _POINTER(), _POINTER())
        for layout, one in zip(layouts, arrays, strict=True):
            rows, columns = one.array.shape if one.by_columns else one.array.shape[::-1]
            refused |= library.cublasLtMatrixLayoutCreate(ctypes.byref(layout), kind, rows, columns, one.lead)
        refused |= library.cublasLtMatmulPreferenceCreate(ctypes.byref(preference))
        wishes = [(_MAX_WORKSPACE, ctypes.c_uint64(WORKSPACE))]
        # What stands for D is also what the bias is read by.
        wishes += [(name, ctypes.c_uint32(at)) for name, at in zip(_ALIGNMENTS, begins, strict=True)]
        for name, wish in wishes:
            refused |= library.cublasLtMatmulPreferenceSetAttribute(
                preference, name, ctypes.byref(wish), ctypes.sizeof(wish)
            )
        if refused:
            return None
        algorithm, count = Heuristic(), _INT(0)
        of_right, of_left, of_target = layouts
        status = library.cublasLtMatmulAlgoGetHeuristic(
            *(self._handle, description, of_right, of_left, of_target, of_target, preference),
            *(1, ctypes.byref(algorithm), ctypes.byref(count)),
        )
        return _Way(description, layouts, algorithm) if not status and count.value and not algorithm.status else None

    def _set(self, description: Any, name: int, setting: Any) -> int:
        function = self._library.cublasLtMatmulDescSetAttribute
        return function(description, name, ctypes.byref(setting), ctypes.sizeof(setting))


def _alignment(begin: int) -> int:
    """The power of two that an address is a multiple of, as far as the library asks."""
    return min(begin & -begin, _BEST_ALIGNMENT)
