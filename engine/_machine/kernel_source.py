"""Functions element by element as C for graphics cards, by NumPy's names.

`{0}` and `{1}` are operands in the type that is computed in. What C has no function or another meaning for stands in the
preamble, so that each expression is calls, signs and brackets alone.
"""

from __future__ import annotations

TYPES = {"float32": "float", "float64": "double", "bool": "bool"}

COMPARISONS = frozenset({"equal", "not_equal", "greater", "greater_equal", "less", "less_equal"})
LOGICAL = frozenset({"logical_and", "logical_or", "logical_not"})

EXPRESSIONS = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "true_divide": "{0} / {1}",
    "negative": "-{0}",
    "absolute": "engine_abs({0})",
    "square": "{0} * {0}",
    "sqrt": "sqrt({0})",
    "exp": "exp({0})",
    "expm1": "expm1({0})",
    "log": "log({0})",
    "log1p": "log1p({0})",
    "tanh": "tanh({0})",
    "sin": "sin({0})",
    "cos": "cos({0})",
    "sign": "engine_sign({0})",
    "maximum": "engine_max({0}, {1})",
    "minimum": "engine_min({0}, {1})",
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
    "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "logical_and": "engine_and({0}, {1})",
    "logical_or": "engine_or({0}, {1})",
    "logical_not": "engine_not({0})",
    "where": "engine_where({0}, {1}, {2})",
    "copy": "{0}",
}

# Of numbers that are none the first one counts, as NumPy has it.
PREAMBLE = """
template <typename T> __device__ T engine_abs(T a) { return a < T(0) ? -a : a == T(0) ? T(0) : a; }
template <typename T> __device__ T engine_sign(T a) { return a > T(0) ? T(1) : a < T(0) ? T(-1) : a == T(0) ? T(0) : a; }
template <typename T> __device__ T engine_max(T a, T b) { return a != a ? a : b != b ? b : a < b ? b : a; }
template <typename T> __device__ T engine_min(T a, T b) { return a != a ? a : b != b ? b : b < a ? b : a; }
template <typename T> __device__ T engine_where(bool mask, T a, T b) { return mask ? a : b; }
__device__ bool engine_and(bool a, bool b) { return a && b; }
__device__ bool engine_or(bool a, bool b) { return a || b; }
__device__ bool engine_not(bool a) { return !a; }
"""
