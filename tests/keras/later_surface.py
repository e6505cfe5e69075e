"""`python -m tests.keras.later_surface` writes docs/compat_names.md: which names of tf.keras and Keras 3 are there.

The names are those of `later_surface.txt`, which `PYTHON tests/keras/later_surface.py --list` writes where both are installed; the
names that public notebooks use are those of `tests/long/public_later_names.txt` (`python -m tests.long public_later --names`).
"""

from __future__ import annotations

import importlib
import sys
import types
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
NAMES, USED = Path(__file__).with_suffix(".txt"), ROOT / "tests" / "long" / "public_later_names.txt"
DOCUMENT = ROOT / "docs" / "compat_names.md"
TITLES = {"tf_keras": "tf.keras 2.15", "keras": "Keras 3"}
# Why names of a module are not there, where one reason holds for all of them; longer names of modules first.
WHY = {
    "applications": "nets that are there: VGG, ResNet, DenseNet, Inception, Xception, MobileNet, NASNet, EfficientNet",
    "backend": "functions of TensorFlow's own graphs, sessions and devices",
    "distribution": "one process trains on one machine",
    "dtensor": "one process trains on one machine",
    "dtype_policies": "weights are float32 or float64",
    "distillation": "written as a `train_step` of one's own",
    "estimator": "gone from TensorFlow itself",
    "experimental": "what tf.keras itself calls experimental",
    "export": "SavedModel is TensorFlow's own; `model.export` writes HDF5",
    "mixed_precision": "weights are float32 or float64",
    "protobuf": "TensorFlow's own file format",
    "quantizers": "weights are float32 or float64",
    "tree": "Python's own lists, tuples and dicts",
    "visualization": "drawings of bounding boxes",
}


class Used(NamedTuple):
    """A name that public notebooks use.

    Args:
        name: whole, with its modules.
        count: how many notebooks use it.
        held_back: how many of those that are only measured.
    """

    name: str
    count: int
    held_back: int


def is_there(name: str) -> bool:
    """Whether a name, with its modules, is found while engine.compat is installed."""
    parts = name.split(".")
    found: object = None
    for i in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:i]))
        except ImportError:
            continue
        for part in parts[i:]:
            try:
                found = getattr(found, part)
            except (AttributeError, ImportError):
                return False
        return True
    return False


def listed() -> dict[str, list[str]]:
    """The public names by library."""
    names: dict[str, list[str]] = {}
    for line in NAMES.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            library, name = line.split("\t")
            names.setdefault(library, []).append(name)
    return names


def used() -> list[Used]:
    """What public notebooks use, the most frequent first."""
    lines = USED.read_text("utf-8").splitlines() if USED.exists() else []
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return [Used(name, int(count), int(held)) for name, count, held in rows]


def document() -> str:
    """The whole page. engine.compat is installed meanwhile."""
    lines = [
        "# Names of tf.keras and Keras 3",
        "",
        "Written by `python -m tests.keras.later_surface`. With `import engine.compat` these names are found; each that is not",
        "says so by name, with the nearest thing. What is otherwise where a name is there: [compat.md](compat.md).",
    ]
    lines += ["", *_used_section()]
    for library, names in listed().items():
        lines += ["", *_library(library, names)]
    return "\n".join(lines) + "\n"


def _used_section() -> list[str]:
    rows = used()
    there = {row.name: is_there(row.name) for row in rows}
    lines = ["## Names that public notebooks use", ""]
    for title, count in (
        ("notebooks that were looked at", lambda r: r.count - r.held_back),
        ("notebooks that are held back", lambda r: r.held_back),
    ):
        counted = [row for row in rows if count(row)]
        uses = sum(count(row) for row in counted)
        found = [row for row in counted if there[row.name]]
        share = sum(count(row) for row in found) / max(uses, 1)
        lines.append(
            f"- {title}: {len(found)} of {len(counted)} names are there, {share:.1%} of {uses} uses (a use is a name in a notebook)"
        )
    missing = [row for row in rows if not there[row.name]]
    lines += [
        "",
        "Not there, with the number of notebooks: " + ", ".join(f"`{row.name}` {row.count}" for row in missing) + ".",
    ]
    return lines


def _library(library: str, names: list[str]) -> list[str]:
    by_module: dict[str, list[str]] = {}
    for name in names:
        by_module.setdefault(name.rpartition(".")[0], []).append(name)
    found = {name: is_there(f"{library}.{name}") for name in names}
    lines = [
        f"## {TITLES[library]}",
        "",
        f"{sum(found.values())} of {len(names)} names are there.",
        "",
        "| module | there | not there | why, or what is like it |",
        "|---|---|---|---|",
    ]
    for module, inside in by_module.items():
        missing = [name.rpartition(".")[2] for name in inside if not found[name]]
        why = next((WHY[part] for part in module.split(".") if part in WHY), "not written yet") if missing else ""
        shown = ", ".join(f"`{name}`" for name in missing)
        lines.append(f"| `{module or library}` | {len(inside) - len(missing)} of {len(inside)} | {shown} | {why} |")
    return lines


def main() -> int:
    """Write the page, or the list of names."""
    if sys.argv[1:] == ["--list"]:
        NAMES.write_text(_names_of_both(), "utf-8")
        return 0
    from engine._compat.installer import install_as_keras, undo

    install_as_keras()
    try:
        DOCUMENT.write_text(document(), "utf-8")
    finally:
        undo()
    return 0


def _names_of_both() -> str:
    lines: list[str] = []
    versions: list[str] = []
    for library in ("tf_keras", "keras"):
        package = importlib.import_module(library)
        versions.append(f"{library} {package.__version__}")
        lines += [f"{library}\t{name}\n" for name in sorted(_public(package, library, Counter[str]()))]
    return f"# Public names of {' and '.join(versions)}, by tests/keras/later_surface.py --list\n" + "".join(lines)


def _public(module: types.ModuleType, root: str, seen: Counter[str], prefix: str = "") -> set[str]:
    names: set[str] = set()
    for name in dir(module):
        value = getattr(module, name, None)
        if name.startswith("_"):
            continue
        if not isinstance(value, types.ModuleType):
            names.add(prefix + name)
        elif value.__name__.startswith(root) and "src" not in value.__name__.split(".") and not seen[value.__name__]:
            seen[value.__name__] += 1
            names |= _public(value, root, seen, f"{prefix}{name}.")
    return names


if __name__ == "__main__":
    sys.exit(main())
