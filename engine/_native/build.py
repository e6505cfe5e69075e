"""Builds the library: `python -m engine._native.build`. A build hook does it where the package is installed.

The compiler is clang from the wheel `ziglang`, so that no machine needs one of its own; one library holds all levels of
instruction sets.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = ("native.h", "vectors.h", "product.c", "rows.c", "updates.c", "level.c", "pool.c", "library.c", "build.py")
# Without -mprefer-vector-width=512 clang splits vectors of AVX-512 in two, and tiles no longer fit the registers.
_LEVELS_OF_X86 = {
    "baseline": ["-march=x86_64"],
    "avx2": ["-march=x86_64_v3"],
    "avx512": ["-march=x86_64_v4", "-mprefer-vector-width=512"],
}
_FLAGS = [
    "-O3",
    "-std=gnu11",
    "-fPIC",
    "-fno-math-errno",
    "-fno-trapping-math",
    "-ffp-contract=fast",
    "-fno-sanitize=all",
    "-s",
]


def library_path() -> Path:
    """Where the library lies beside this file."""
    ending = {"win32": "dll", "darwin": "dylib"}.get(sys.platform, "so")
    return FOLDER / f"engine_native.{ending}"


def is_fresh() -> bool:
    """Whether the library is there and newer than its sources."""
    path = library_path()
    return path.is_file() and path.stat().st_mtime >= max((FOLDER / name).stat().st_mtime for name in SOURCES)


def compiler() -> list[str]:
    """The command of clang, as `ziglang` brings it, for the oldest systems that wheels are for."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    system = {"win32": "windows-gnu", "darwin": "macos"}.get(sys.platform, "linux-gnu.2.17")
    return [sys.executable, "-m", "ziglang", "cc", "-target", f"{machine}-{system}"]


def build(command: list[str], flags: list[str] = _FLAGS) -> Path:
    """Compile and link; gives the library. Raises CalledProcessError where the compiler refuses something."""
    levels = _LEVELS_OF_X86 if "x86_64" in "".join(command) or platform.machine() == "x86_64" else {"baseline": []}
    with tempfile.TemporaryDirectory() as folder:
        jobs = {
            f"level_{name}": ["level.c", f"-DLEVEL_TABLE=operations_{name}", *options]
            for name, options in levels.items()
        }
        jobs |= {"pool": ["pool.c"], "library": ["library.c"]}
        objects = {name: str(Path(folder, f"{name}.o")) for name in jobs}

        def compile_one(name: str) -> None:
            source, *options = jobs[name]
            _run([*command, *flags, *options, "-c", str(FOLDER / source), "-o", objects[name]])

        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(compile_one, jobs))
        made = Path(folder, library_path().name)
        _run([*command, *flags, "-shared", "-pthread", *objects.values(), "-o", str(made)])
        whole = FOLDER / f".{made.name}.new"
        whole.write_bytes(made.read_bytes())
        whole.replace(library_path())
    return library_path()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    print(build(compiler()))
