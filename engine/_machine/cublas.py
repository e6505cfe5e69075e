"""Products of matrices on a graphics card, by cuBLAS called directly.

CuPy refuses its own products while a graph is recorded (up to 14.2 at least: "calling cuBLAS API during stream capture is
currently unsupported"), although cuBLAS allows them; so the steps that are recorded multiply here. Matrices may lie by rows
or by columns with any distance between them; what cuBLAS cannot be told so is CuPy's.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from ..errors import TrainingError
from ..types import Array
from .config import tf32

_NAMES = ("libcublas.so.13", "libcublas.so.12", "cublas64_13.dll", "cublas64_12.dll")
# The recommended size on the largest cards; recorded work must not ask for memory of its own.
WORKSPACE = 32 << 20
# cudaDataType_t and cublasComputeType_t by type of the elements; sums of float16 are float32.
_KINDS = {"float16": (2, 68), "float32": (0, 68), "float64": (1, 70)}
TF32 = 77
_DEFAULT_ALGORITHM = -1
_OUT_OF_MEMORY = 3

_POINTER, _INT, _LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_longlong
_GEMM = [_POINTER, *[_INT] * 5, _POINTER, *[_POINTER, _INT, _INT] * 2, _POINTER, _POINTER, *[_INT] * 4]
_STRIDED = [
    *[_POINTER, *[_INT] * 5, _POINTER],
    *[_POINTER, _INT, _INT, _LONG] * 2,
    *[_POINTER, _POINTER, _INT, _INT, _LONG],
    *[_INT] * 3,
]


class Library(Protocol):
    """The functions of cuBLAS that are called."""

    cublasCreate_v2: Any
    cublasSetStream_v2: Any
    cublasSetWorkspace_v2: Any
    cublasGemmEx: Any
    cublasGemmStridedBatchedEx: Any


class Matrix(NamedTuple):
    """A matrix, or one for each of a batch, as cuBLAS is told of it; all numbers count elements."""

    array: Array
    by_columns: bool
    lead: int
    between: int


def find(load: Callable[[str], Any]) -> Library | None:
    """The library, where the machine has one that loads."""
    for name in _NAMES:
        try:
            library = load(name)
        except OSError:
            continue
        library.cublasGemmEx.argtypes = _GEMM
        library.cublasGemmStridedBatchedEx.argtypes = _STRIDED
        library.cublasCreate_v2.argtypes = [_POINTER]
        library.cublasSetStream_v2.argtypes = [_POINTER, _POINTER]
        library.cublasSetWorkspace_v2.argtypes = [_POINTER, _POINTER, ctypes.c_size_t]
        return library
    return None


class Products:
    """Products on one card, in one stream.

    Args:
        library: cuBLAS.
        cupy: the module, for what is not told to cuBLAS.
        stream: what the products go through.

    Attributes:
        workspace: memory of the card for what goes through the stream, `WORKSPACE` bytes.
    """

    def __init__(self, library: Library, cupy: Any, stream: Any) -> None:
        self._library, self._cupy = library, cupy
        handle = _POINTER()
        _check(library.cublasCreate_v2(ctypes.byref(handle)))
        self._handle = handle
        self.workspace = cupy.empty(WORKSPACE, "uint8")
        # A stream that is set later would take the workspace back.
        _check(library.cublasSetStream_v2(handle, stream.ptr))
        _check(library.cublasSetWorkspace_v2(handle, self.workspace.data.ptr, WORKSPACE))

    def matmul(self, a: Array, b: Array, out: Array | None = None, **settings: Any) -> Array:
        """a @ b, as NumPy's `matmul`."""
        if out is None or settings or not self._multiply(a, b, out):
            return self._cupy.matmul(a, b, out=out, **settings)
        return out

    def _multiply(self, a: Array, b: Array, out: Array) -> bool:
        """Multiply where cuBLAS can be told how the matrices lie; gives whether it did."""
        kind = _KINDS.get(out.dtype.name)
        if kind is None or a.dtype != out.dtype or b.dtype != out.dtype:
            return False
        if not a.size or not b.size:  # sums of no products
            out.fill(0)
            return True
        if a.ndim == 1:
            a, out = a[None, :], out[..., None, :]
        if b.ndim == 1:
            b, out = b[:, None], out[..., :, None]
        left, right, target = matrix_of(a, out.shape[:-2]), matrix_of(b, out.shape[:-2]), matrix_of(out, out.shape[:-2])
        if left is None or right is None or target is None:
            return False
        if target.by_columns:  # (a @ b)^T = b^T @ a^T
            left, right, target = _turned(right), _turned(left), _turned(target)
        self._call(left, right, target, kind)
        return True

    def _call(self, left: Matrix, right: Matrix, target: Matrix, kind: tuple[int, int]) -> None:
        """target = left @ right by rows: to cuBLAS, which reads by columns, target^T = right^T @ left^T."""
        rows, columns = target.array.shape[-2:]
        inner = left.array.shape[-1]
        number, compute = kind
        if tf32() and target.array.dtype.name == "float32":
            compute = TF32
        scalar = ctypes.c_double if compute == _KINDS["float64"][1] else ctypes.c_float
        one, zero = scalar(1.0), scalar(0.0)
        batch = math.prod(target.array.shape[:-2])

        def told(matrix: Matrix) -> list[object]:
            between = [matrix.between] if batch != 1 else []
            return [address(matrix.array), number, matrix.lead, *between]

        head = [self._handle, int(right.by_columns), int(left.by_columns), columns, rows, inner, ctypes.byref(one)]
        tail = [*told(right), *told(left), ctypes.byref(zero), *told(target)]
        function = self._library.cublasGemmEx if batch == 1 else self._library.cublasGemmStridedBatchedEx
        count = [] if batch == 1 else [batch]
        _check(function(*head, *tail, *count, compute, _DEFAULT_ALGORITHM))


def address(array: Any) -> int:
    """Where an array of the card begins."""
    return int(array.data.ptr)


def matrix_of(array: Array, batch: tuple[int, ...]) -> Matrix | None:
    """How matrices lie, repeated over a batch where there is but one; None where neither rows nor columns are in one piece."""
    size = array.itemsize
    rows, columns = array.shape[-2:]
    down, across = (stride // size for stride in array.strides[-2:])
    between = _distance(array, batch)
    if between is None or any(stride % size for stride in array.strides):
        return None
    if (across == 1 or columns == 1) and (rows == 1 or down >= columns):
        return Matrix(array, False, max(down if rows > 1 else columns, 1), between)
    if (down == 1 or rows == 1) and (columns == 1 or across >= rows):
        return Matrix(array, True, max(across if columns > 1 else rows, 1), between)
    return None


def _distance(array: Array, batch: tuple[int, ...]) -> int | None:
    """How far each matrix of a batch lies behind the one before, where that is always as far."""
    leading = array.shape[:-2]
    if math.prod(leading) == 1:
        return 0
    if leading != batch:
        return None
    steps = [(n, stride // array.itemsize) for n, stride in zip(leading, array.strides[:-2], strict=True) if n != 1]
    for (_, outer), (count, inner) in zip(steps, steps[1:], strict=False):
        if outer != count * inner:
            return None
    return steps[-1][1]


def _turned(matrix: Matrix) -> Matrix:
    """The transposed matrix, in the same memory."""
    return matrix._replace(array=matrix.array.swapaxes(-1, -2), by_columns=not matrix.by_columns)


def _check(status: int) -> None:
    if status == _OUT_OF_MEMORY:
        raise MemoryError("none left for a product of matrices")
    if status:
        raise TrainingError(where="cuBLAS", expected="a product of matrices", actual=f"status {status}")
