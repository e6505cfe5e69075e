"""A strict stand-in for CuPy, for tests on machines without a graphics card.

A folder on Python's path makes `import cupy` find it. It has the names and signatures of a real release (`names.txt`),
computes with NumPy, and holds to CuPy's manners (`array.py`), streams, graphs and memory (`cuda.py`).
"""

from __future__ import annotations

from types import SimpleNamespace as _SimpleNamespace
from typing import Any

import numpy as _numpy

from . import _functions as functions
from . import cuda
from ._array import ndarray
from ._functions import asnumpy, get_array_module
from ._kernel import ElementwiseKernel
from ._names import NAMES as _NAMES
from .cuda import get_default_memory_pool

__version__ = "14.2.0"
float16, float32, float64 = _numpy.float16, _numpy.float32, _numpy.float64
int8, int16, int32, int64 = _numpy.int8, _numpy.int16, _numpy.int32, _numpy.int64
uint8, uint16, uint32, uint64 = _numpy.uint8, _numpy.uint16, _numpy.uint32, _numpy.uint64
bool_, intp, newaxis, inf, nan, pi, e = _numpy.bool_, _numpy.intp, None, _numpy.inf, _numpy.nan, _numpy.pi, _numpy.e
dtype, finfo, iinfo = _numpy.dtype, _numpy.finfo, _numpy.iinfo
empty, empty_like = functions.empty, functions.empty_like  # type: ignore[attr-defined]
lib = _SimpleNamespace(stride_tricks=_SimpleNamespace(as_strided=functions.as_strided))
__all__ = ["ElementwiseKernel", "asnumpy", "cuda", "get_array_module", "get_default_memory_pool", "ndarray"]


def __getattr__(name: str) -> Any:
    if name in _NAMES.ufuncs:
        return functions.ufunc_named(name)
    if name in _NAMES.functions:
        return functions.function_named(name)
    raise AttributeError(f"module 'cupy' has no attribute {name!r}")
