"""Writes `cupy_names.txt`, the names of CuPy that the stand-in knows, with their signatures.

    pip download cupy-cuda12x cuda-pathfinder --no-deps -d /tmp/cupy
    python -m tests.gpu.cupy_names /tmp/cupy/*.whl

The wheels are unpacked into a temporary folder and imported there, which needs no graphics card; Python must be of the
version that they were made for.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TABLE = Path(__file__).parent / "stand_in" / "cupy" / "names.txt"

_READER = r"""
import inspect, re, sys
import cupy, cupyx

def signature(value, name):
    try:
        return str(inspect.signature(value))
    except (TypeError, ValueError):
        # What is compiled tells its signature in the first line of its docstring.
        first = (value.__doc__ or "").strip().splitlines()[:1]
        found = re.search(r"(\(.*\))", first[0]) if first else None
        return found[1] if found else "(*args, **kwargs)"

def plain(text):
    # Annotations and objects as defaults say nothing about how a name is called.
    text = re.sub(r"\) *->.*$", ")", text)
    text = re.sub(r"<[^<>]*>", "None", text)
    text = re.sub(r"(?<=[(, *])[A-Za-z_][\w.]* +(?=[A-Za-z_]\w* *[=,)])", "", text)  # types of compiled code
    return re.sub(r": *[^=,()]+(?:\[[^\]]*\])?(?= *[=,)])", "", text)

print(f"# CuPy {cupy.__version__}, by tests/gpu/cupy_names.py")
for name in sorted(dir(cupy)):
    value = getattr(cupy, name)
    if name.startswith("_") or inspect.ismodule(value):
        continue
    if type(value).__name__ == "ufunc":
        ats = " ".join(part for part in ("at", "reduce", "accumulate", "outer", "reduceat") if hasattr(value, part))
        print(f"ufunc {name} {value.nin} {value.nout} {ats}".rstrip())
    elif inspect.isclass(value):
        print(f"class {name}")
    elif callable(value):
        print(f"def {name}{plain(signature(value, name))}")
    else:
        print(f"value {name}")
for name in sorted(dir(cupy.ndarray)):
    value = inspect.getattr_static(cupy.ndarray, name)
    if callable(value):
        print(f"method {name}{plain(signature(value, name))}")
    elif not name.startswith("__"):
        print(f"attribute {name}")
for owner in ("Device", "Stream", "Event", "Graph", "MemoryPool", "PinnedMemoryPointer"):
    kind = getattr(cupy.cuda, owner)
    print(f"cuda {owner}{plain(signature(kind, owner))}")
    for name in sorted(dir(kind)):
        if not name.startswith("_"):
            value = inspect.getattr_static(kind, name)
            print(f"cuda {owner}.{name}{plain(signature(value, name)) if callable(getattr(kind, name)) else ''}")
for name in sorted(dir(cupy.cuda)):
    if not name.startswith("_") and name not in ("Device", "Stream", "Event", "Graph", "MemoryPool", "PinnedMemoryPointer"):
        print(f"cuda {name}")
for name in ("CUDARuntimeError", "getDeviceCount", "getDeviceProperties", "streamCaptureModeRelaxed"):
    print(f"cuda runtime.{name}" if hasattr(cupy.cuda.runtime, name) else f"cuda missing runtime.{name}")
for name in sorted(dir(cupyx)):
    value = getattr(cupyx, name)
    if not name.startswith("_") and callable(value) and not inspect.isclass(value):
        print(f"cupyx {name}{plain(signature(value, name))}")
"""


def main(arguments: list[str]) -> int:
    """Read the wheels that are named; gives 0, 1 where they do not load, 2 without any."""
    if not arguments:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        for path in arguments:
            with zipfile.ZipFile(path) as wheel:
                wheel.extractall(folder)
        environment = {"PYTHONPATH": folder, "PATH": "/usr/bin:/bin"}
        command = [sys.executable, "-W", "ignore", "-c", _READER]
        made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        print(made.stderr, file=sys.stderr)
        return 1
    TABLE.write_text(made.stdout, encoding="utf-8")
    print(f"{TABLE}: {len(made.stdout.splitlines())} lines")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
