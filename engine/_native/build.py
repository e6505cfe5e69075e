"""Builds the library: `python -m engine._native.build`. A build hook does it where the package is installed.

The compiler is clang from the wheel `ziglang`, so that no machine needs one of its own; one library holds all levels of
instruction sets. The hook runs this file by its path, before there is a package.
"""

from __future__ import annotations

import platform
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).parent
_MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
_SYSTEM = {"win32": "windows-gnu", "darwin": "macos.11.0"}.get(sys.platform, "linux-gnu.2.17")
# Without -mprefer-vector-width=512 clang splits vectors of AVX-512 in two, and tiles no longer fit the registers.
_LEVELS = {
    "x86_64": {
        "baseline": ["-march=x86_64"],
        "avx2": ["-march=x86_64_v3"],
        "avx512": ["-march=x86_64_v4", "-mprefer-vector-width=512"],
    }
}
_WITHOUT_LEVELS: dict[str, list[str]] = {"baseline": []}
FLAGS = ("-O3", "-std=gnu11", "-fPIC", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast", "-fno-builtin")
_ONLY_CLANG = ("-fno-sanitize=all", "-s")


def compiler() -> list[str]:
    """The command of clang, as `ziglang` brings it, for the oldest systems that wheels are for."""
    return [sys.executable, "-m", "ziglang", "cc", "-target", f"{_MACHINE}-{_SYSTEM}", *_ONLY_CLANG]


def build(command: list[str], target: Path, spelled: Callable[[str], str] = str) -> None:
    """Compile and link; raises CalledProcessError or OSError where that does not work.

    Args:
        command: a compiler and its options.
        target: the library to write.
        spelled: how the compiler spells options of zig's clang, if otherwise.
    """
    with tempfile.TemporaryDirectory() as folder:
        sources = {
            f"level_{name}": ["level.c", f"-DLEVEL_TABLE=operations_{name}", *options]
            for name, options in _LEVELS.get(_MACHINE, _WITHOUT_LEVELS).items()
        }
        sources |= {"pool": ["pool.c"], "library": ["library.c"]}
        objects = {name: str(Path(folder, f"{name}.o")) for name in sources}
        running: list[subprocess.Popen[bytes]] = []
        for name, (source, *options) in sources.items():
            arguments = [*command, *FLAGS, *map(spelled, options), "-c", str(FOLDER / source), "-o", objects[name]]
            running.append(subprocess.Popen(arguments, stdout=sys.stderr))
        for code, process in [(process.wait(), process) for process in running]:
            if code:
                raise subprocess.CalledProcessError(code, process.args)
        made = Path(folder, target.name)
        subprocess.run(
            [*command, *FLAGS, "-shared", "-pthread", *objects.values(), "-o", str(made)], check=True, stdout=sys.stderr
        )
        whole = target.with_name(f".{target.name}.new")
        whole.write_bytes(made.read_bytes())
        whole.replace(target)


def build_where_missing() -> Path | None:
    """The library, built unless it is there; None where it cannot be built, which the package works without."""
    target: Path = runpy.run_path(str(FOLDER / "location.py"))["library_path"]()
    if not target.is_file():
        try:
            build(compiler(), target)
        except (OSError, subprocess.CalledProcessError) as error:
            print(
                f"The library for compiled training steps was not built, NumPy computes instead: {error}",
                file=sys.stderr,
            )
            return None
    for other in FOLDER.glob("engine_native-*"):
        if other != target:
            other.unlink()
    return target


if __name__ == "__main__":
    print(build_where_missing() or "not built")
