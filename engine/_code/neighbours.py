"""The files beside a program that it imports its models from, as texts: looked for in one folder, never run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .._files.files import open_regular
from ..errors import FileError
from .imports import KERAS
from .notebook import code_cells

MOST_BYTES = 2**20
MOST_FILES = 20
DEEPEST_FOLDERS = 6

_FROM = re.compile(r"^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#;]+)", re.MULTILINE)
_IMPORT = re.compile(r"^[ \t]*import[ \t]+([\w., \t]+)", re.MULTILINE)


@dataclass(frozen=True, eq=False)
class Neighbours:
    """What a program can import from its own folder.

    Args:
        module: the name under which the program itself would be imported: "train", or "nets.train" in a package.
        texts: the texts of others by the same kind of names; a package is its `__init__`.
        files: how messages call them.

    Example:
        >>> Neighbours("train", {"model": "def build(): ..."}).find("model", 0, "train")
        'model'
    """

    module: str = "__main__"
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Mapping[str, str] = field(default_factory=dict[str, str])

    def find(self, path: str, level: int, importer: str) -> str | None:
        """The neighbour that an import means, None for what is none of them.

        Args:
            path: what stands behind `from` or `import`, without the dots before it.
            level: how many dots stand before it.
            importer: the module in which the import stands.
        """
        return next((name for name in names_of(path, level, importer, self.texts) if name in self.texts), None)


def names_of(path: str, level: int, importer: str, packages: Mapping[str, object]) -> Iterator[str]:
    """The names that an import may mean: relative to a package, beside the importer, or from the top."""
    inside = importer.split(".") if f"{importer}.__init__" in packages else importer.split(".")[:-1]
    if level:
        base = inside[: len(inside) - (level - 1)]
        if level - 1 <= len(inside):
            yield ".".join([*base, path] if path else base)
        return
    if inside:
        yield ".".join([*inside, path])
    yield path


def neighbours_of(path: str | os.PathLike[str]) -> Neighbours:
    """The files of a program's folder that it imports, and those that these import.

    The folder is the one of the program, or that of the outermost package around it; nothing outside of it is opened.

    Args:
        path: the program, or a notebook.

    Returns:
        Their texts; a file that is too large, cannot be read or is one too many is left out.

    Example:
        >>> neighbours_of("nowhere/train.py").texts
        {}
    """
    program = os.path.realpath(os.fspath(path))
    root, module = _root_of(program)
    texts: dict[str, str] = {}
    files: dict[str, str] = {}
    waiting = [(module, _text(program))]
    while waiting:
        importer, text = waiting.pop(0)
        for name in _imported_names(text or "", importer, texts):
            if name in texts or name == module or len(texts) >= MOST_FILES or name.count(".") > DEEPEST_FOLDERS:
                continue
            file = _file_of(root, name)
            content = None if file is None else _text(file)
            if file is not None and content is not None and sum(map(len, texts.values())) + len(content) <= MOST_BYTES:
                texts[name], files[name] = content, os.path.relpath(file, root).replace(os.sep, "/")
                if os.path.basename(file) == "__init__.py":
                    # Marks a package: what it imports by a dot stands inside it.
                    texts[f"{name}.__init__"], files[f"{name}.__init__"] = "", files[name]
                waiting.append((name, content))
    return Neighbours(module, texts, files)


def _root_of(program: str) -> tuple[str, str]:
    """The folder inside which a program may import, and the program's name as a module."""
    folder, file = os.path.split(program)
    parts = [os.path.splitext(file)[0]]
    for _ in range(DEEPEST_FOLDERS):
        if not os.path.isfile(os.path.join(folder, "__init__.py")):
            break
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    return folder, ".".join(parts)


def _imported_names(text: str, importer: str, packages: Mapping[str, object]) -> Iterator[str]:
    """The names of modules that a text may import, found without parsing, since it may be no Python of today."""
    for match in _FROM.finditer(text):
        dots = len(match[1]) - len(match[1].lstrip("."))
        path = match[1][dots:]
        if not dots and path.split(".")[0] in KERAS:
            continue
        yield from names_of(path, dots, importer, packages)
        for item in re.findall(r"(\w+)(?:[ \t]+as[ \t]+\w+)?", match[2])[:100]:
            yield from names_of(f"{path}.{item}" if path else item, dots, importer, packages)
    for match in _IMPORT.finditer(text):
        for item in match[1].split(",")[:100]:
            path = item.strip().split(" ")[0]
            if path.split(".")[0] not in KERAS:
                yield from names_of(path, 0, importer, packages)


def _file_of(root: str, name: str) -> str | None:
    """The file of a module inside the folder; None where there is none, or a link leads out of it."""
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    for file in (os.path.join(root, *parts) + ".py", os.path.join(root, *parts, "__init__.py")):
        real = os.path.realpath(file)
        if os.path.isfile(file) and os.path.commonpath([real, root]) == root:
            return real
    return None


def _text(file: str) -> str | None:
    """A file's text; of a notebook, that of its cells. None for one that is too large or cannot be read."""
    try:
        with open_regular(file) as opened:
            data = opened.read(20 * MOST_BYTES if file.endswith(".ipynb") else MOST_BYTES + 1)
    except (OSError, FileError):
        return None
    text = data.decode("utf-8-sig", "replace")
    if file.endswith(".ipynb"):
        try:
            return "\n".join(cell for _, cell in code_cells(text, file))
        except FileError:
            return None
    return text if len(data) <= MOST_BYTES else None
