"""Compile the kernels of graphics cards as C++ for this machine, and compare their numbers with the stand-in's.

The kernels are those that the ten models of `tests.gpu` make while they train. Needs a C++ compiler, as
`--compiler "python -m ziglang c++"`.
"""

from __future__ import annotations

import argparse
import ctypes
import shlex
import subprocess
import tempfile
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine._machine.devices import named
from engine._machine.kernel_source import PREAMBLE, TYPES
from tests.gpu.models import MODELS
from tests.gpu.using import stand_in

_COUNT = 1000
_PROGRAM = """#include <cmath>
#define __device__ static inline
using namespace std;
{preamble}
extern "C" void run(long count, {pointers}) {{
for (long place = 0; place < count; place++) {{
{begin}
{body}
{end}
}} }}
"""


def main(arguments: list[str]) -> int:
    """Compile and compare; 0 where all have the same numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.long card_kernels", description=__doc__)
    parser.add_argument("--compiler", default="c++")
    options = parser.parse_args(arguments)
    with stand_in() as cupy:
        card = named("gpu:0")
        for make in MODELS.values():
            with card.active():
                made = make()
                made.model.fit(made.x, made.y, epochs=1, batch_size=16, verbose=0)
        kernels: dict[Hashable, Any] = card.kernels or {}
        sources = [tuple(map(str, key)) for key in kernels if isinstance(key, tuple)]
        wrong = 0
        with tempfile.TemporaryDirectory() as folder:
            for number, (source, kernel) in enumerate(zip(sources, kernels.values(), strict=True)):
                path = Path(folder) / f"kernel{number}"
                wrong += not _agrees(cupy, kernel, source, path, shlex.split(options.compiler))
    print(f"{len(sources)} kernels of {len(MODELS)} models compiled as C++, {wrong} with other numbers")
    return int(wrong > 0 or not sources)


def _agrees(cupy: Any, kernel: Any, source: Sequence[str], path: Path, compiler: list[str]) -> bool:
    """Whether compiled code and the stand-in give the same numbers for the same operands."""
    takes, gives, body = source
    operands, results = ([tuple(one.split()) for one in text.split(", ") if one] for text in (takes, gives))
    path.with_suffix(".cpp").write_text(_program(operands, results, body), encoding="utf-8")
    command = [*compiler, "-O1", "-shared", "-fPIC", "-o", str(path.with_suffix(".so")), str(path.with_suffix(".cpp"))]
    subprocess.run(command, check=True)
    draw = np.random.default_rng(1)
    arrays = [_drawn(draw, dtype) for dtype, _ in operands]
    found = [np.zeros(_COUNT, dtype) for dtype, _ in results]
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in (*arrays, *found)]
    ctypes.CDLL(str(path.with_suffix(".so"))).run(ctypes.c_long(_COUNT), *pointers)
    on_card = [cupy.array(array) for array in (*arrays, *(np.zeros(_COUNT, dtype) for dtype, _ in results))]
    kernel(*on_card)
    return all(
        np.allclose(one, other.get(), rtol=1e-4, atol=1e-6, equal_nan=True)
        for one, other in zip(found, on_card[len(operands) :], strict=True)
    )


def _drawn(draw: np.random.Generator, dtype: str) -> np.ndarray:
    return draw.integers(0, 2, _COUNT).astype(bool) if dtype == "bool" else draw.normal(size=_COUNT).astype(dtype)


def _program(operands: Sequence[tuple[str, ...]], results: Sequence[tuple[str, ...]], body: str) -> str:
    pointers = [f"const {TYPES[dtype]}* {name}_all" for dtype, name in operands]
    pointers += [f"{TYPES[dtype]}* {name}_all" for dtype, name in results]
    begin = [f"{TYPES[dtype]} {name} = {name}_all[place];" for dtype, name in operands]
    begin += [f"{TYPES[dtype]} {name};" for dtype, name in results]
    end = [f"{name}_all[place] = {name};" for _, name in results]
    return _PROGRAM.format(
        preamble=PREAMBLE, pointers=", ".join(pointers), begin="\n".join(begin), body=body, end="\n".join(end)
    )
