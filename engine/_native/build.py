"""Builds the library: `python -m engine._native.build`. A build hook does it where the package is installed.

The compiler is clang from the wheel `ziglang`, so that no machine needs one of its own; one library holds all levels of
instruction sets. Where the wheel is not installed it is put into a folder that goes away afterwards: as a build requirement of the
package it would be fetched (100 MB) for each installation, also where the library is there, and the package could not be installed
without it.

The hook runs this file by its path, before there is a package.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
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


# Versions that the sources were built with.
_COMPILER = "ziglang>=0.14,<0.18"
# What pip and its like tell the processes of a build, which would hide their own modules from another run of theirs.
_OF_THE_BUILD = ("PYTHONPATH", "PYTHONHOME", "PYTHONNOUSERSITE", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
_MOST_SECONDS = 600


@contextmanager
def compiler() -> Generator[list[str]]:
    """The command of clang, as `ziglang` brings it, for the oldest systems that wheels are for.

    Raises:
        OSError: where the wheel cannot be installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        installed = importlib.util.find_spec("ziglang")
        package = Path(installed.origin).parent if installed and installed.origin else _install(Path(folder))
        zig = package / ("zig.exe" if sys.platform == "win32" else "zig")
        yield [str(zig), "cc", "-target", f"{_MACHINE}-{_SYSTEM}", *_ONLY_CLANG]


def _install(folder: Path) -> Path:
    """The wheel, unpacked into a folder."""
    environment = {name: value for name, value in os.environ.items() if name not in _OF_THE_BUILD}
    command = _installer(environment)
    if command is None:
        raise OSError("there is neither pip nor uv to install ziglang with")
    arguments = ["--target", str(folder), "--no-deps", "--only-binary", ":all:", _COMPILER]
    subprocess.run(
        [*command, *arguments], check=True, stdout=sys.stderr, env=environment, timeout=_MOST_SECONDS, cwd=folder
    )
    return folder / "ziglang"


def _installer(environment: Mapping[str, str]) -> list[str] | None:
    """pip of this Python, else uv, else the pip that the shell would call."""
    options = ["install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "15"]
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, env=environment, check=False).returncode == 0:
        return [*pip, *options]
    uv = environment.get("UV") or shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    other = shutil.which("pip")
    return [other, *options] if other else None


def build(command: list[str], target: Path, spelled: Callable[[str], str] = str) -> None:
    """Compile and link.

    Args:
        command: a compiler and its options.
        target: the library to write.
        spelled: how the compiler spells options of zig's clang, if otherwise.

    Raises:
        subprocess.SubprocessError: where the compiler fails.
        OSError: where there is none, or no room.
    """
    with tempfile.TemporaryDirectory() as folder:
        # zig's caches go with the folder: they would stay behind, and a home that cannot be written to would be an error.
        environment = {f"ZIG_{kind}_CACHE_DIR": str(Path(folder, kind)) for kind in ("GLOBAL", "LOCAL")} | os.environ
        sources = {
            f"{table}_{name}": ["level.c", f"-DLEVEL_TABLE={table}_{name}", *defined, *options]
            for name, options in _LEVELS.get(_MACHINE, _WITHOUT_LEVELS).items()
            for table, *defined in (("operations",), ("double_operations", "-DDOUBLE"))
        }
        sources |= {name: [f"{name}.c"] for name in ("pool", "library", "csv", "words", "groups")}
        objects = {name: str(Path(folder, f"{name}.o")) for name in sources}
        running: list[subprocess.Popen[bytes]] = []
        for name, (source, *options) in sources.items():
            arguments = [*command, *FLAGS, *map(spelled, options), "-c", str(FOLDER / source), "-o", objects[name]]
            running.append(subprocess.Popen(arguments, stdout=sys.stderr, env=environment))
        for code, process in [(process.wait(), process) for process in running]:
            if code:
                raise subprocess.CalledProcessError(code, process.args)
        made = Path(folder, target.name)
        linking: Sequence[str] = [*command, *FLAGS, "-shared", "-pthread", *objects.values(), "-o", str(made)]
        subprocess.run(linking, check=True, stdout=sys.stderr, env=environment)
        whole = target.with_name(f".{target.name}.{os.getpid()}.new")
        whole.write_bytes(made.read_bytes())
        whole.replace(target)


def build_where_missing() -> Path | None:
    """The library, built unless it is there; None where it cannot be built, which the package works without."""
    location = runpy.run_path(str(FOLDER / "location.py"))
    target: Path = location["library_path"]()
    beside: Path = location["checksum_path"](target)
    if not target.is_file() or location["damage"](target):
        began = time.monotonic()
        try:
            with compiler() as command:
                unpacked = time.monotonic()
                build(command, target)
                beside.write_text(location["checksum"](target) + "\n")
        except (OSError, subprocess.SubprocessError) as error:
            print(f"The library for compiled steps was not built, NumPy computes instead: {error}", file=sys.stderr)
            return None
        parts = f"{unpacked - began:.0f} s for the compiler, {time.monotonic() - unpacked:.0f} s to compile"
        print(f"{target.name}: {parts}, {target.stat().st_size // 1024} kB", file=sys.stderr)
    for other in FOLDER.glob("engine_native-*"):
        if other not in (target, beside):
            with suppress(OSError):  # another process has it loaded, or was faster
                other.unlink()
    return target


if __name__ == "__main__":
    library_file = build_where_missing()
    print(library_file or "not built")
    sys.exit(library_file is None)
