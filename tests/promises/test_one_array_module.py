"""What computes on arrays that may lie on a graphics card asks its device's array module, and never NumPy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Names of NumPy's that hold no figures: types, limits, contexts.
PLAIN = {
    "can_cast", "dtype", "errstate", "finfo", "float16", "float32", "float64", "generic", "iinfo", "inf", "int64", "intp", "nan",
    "ndarray", "newaxis", "number", "pi", "result_type", "uint8", "uint16", "uint64",
}  # fmt: skip
# Functions that are only called on the processor, and why.
ON_THE_PROCESSOR = {
    "conv_fused.py:ConvMax": "a plan puts it together from two ops on the processor only",
    "conv_fused.py:_shares": "of ConvMax",
    "ctc.py": "small steps that depend on each other: arrays are fetched before",
    "embedding.py:Embedding.forward": "behind the question for the device",
    "embedding.py:Embedding.check_values": "gets what lies in NumPy's memory",
    "largest.py:largest": "of ConvMax",
    "random.py:_draw": "behind the question for the device",
    "random.py:TruncatedNormal._draw_again": "behind the question for the device",
    "shapes.py:copy_runs": "behind the question for the device",
}


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    yield f"{node.name}.{one.name}", one


def _numpy_in(function: ast.FunctionDef) -> set[str]:
    return {
        node.attr
        for statement in function.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np"
    } - PLAIN


def _computes(name: str, function: ast.FunctionDef) -> bool:
    """Whether it works on the arrays of a plan: an op's forward and backward, and all that is given their `work` or `xp`."""
    arguments = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
    return bool(arguments & {"work", "xp"}) or name.endswith((".update", ".limited"))


def _found(paths: Iterator[Path]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for path in paths:
        for name, function in _functions(ast.parse(path.read_text(encoding="utf-8"))):
            named = _numpy_in(function) if _computes(name, function) else set()
            if named:
                found[f"{path.name}:{name}"] = named
    return found


def test_ops_optimizers_and_constraints_ask_the_array_module() -> None:
    folders = [ROOT / "engine" / "_ops", ROOT / "engine" / "optimizers"]
    paths = [path for folder in folders for path in sorted(folder.glob("*.py")) if not path.name.startswith("native_")]
    found = _found(iter([*paths, ROOT / "engine" / "constraints.py"]))
    known = tuple(ON_THE_PROCESSOR)
    assert {place: names for place, names in found.items() if not place.startswith(known)} == {}


def test_one_file_imports_cupy() -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "engine").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(one.name.split(".")[0] == "cupy" for one in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "cupy")
    }
    assert files == {"engine/_machine/gpu.py"}
