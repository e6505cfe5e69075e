"""The names of TensorFlow and Keras that a program's text uses, whole: `tf.keras.layers.Dense` of `import tensorflow as tf`."""

from __future__ import annotations

import ast

ROOTS = ("tensorflow", "keras", "tf_keras")


def used_names(statements: list[ast.stmt]) -> dict[str, int]:
    r"""Whole names, with their modules, of what statements import and of the attributes that they ask for.

    Args:
        statements: those of a program, in its order.

    Returns:
        Names such as "tensorflow.keras.layers.Dense", each with the line where it is used first; modules that are only imported are
        not among them.

    Example:
        >>> used_names(ast.parse("import tensorflow as tf\ntf.keras.layers.Dense(3)").body)
        {'tensorflow.keras.layers.Dense': 2}
    """
    aliases: dict[str, str] = {}
    first_lines: dict[str, int] = {}
    nodes = [node for statement in statements for node in ast.walk(statement)]
    for node in nodes:
        if isinstance(node, ast.Import):
            for one in node.names:
                if one.name.partition(".")[0] in ROOTS:
                    aliases[one.asname or one.name.partition(".")[0]] = (
                        one.name if one.asname else one.name.partition(".")[0]
                    )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ROOTS and not node.level:
            for one in node.names:
                if one.name != "*":
                    aliases[one.asname or one.name] = f"{node.module}.{one.name}"
                    if one.name[:1].isupper() or "_" in one.name:
                        _add(first_lines, f"{node.module}.{one.name}", node.lineno)
    inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            name = _dotted(node, aliases)
            if name is not None:
                _add(first_lines, _cut(name), node.lineno)
    return dict(sorted(first_lines.items(), key=lambda pair: pair[1]))


def _add(first_lines: dict[str, int], name: str, line: int) -> None:
    first_lines[name] = min(first_lines.get(name, line), line)


def _dotted(node: ast.expr, aliases: dict[str, str]) -> str | None:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in aliases:
        return None
    return ".".join([aliases[node.id], *reversed(parts)])


def _cut(name: str) -> str:
    """A name up to one attribute behind a class."""
    parts = name.split(".")
    for i, part in enumerate(parts):
        if part[:1].isupper():
            return ".".join(parts[: i + 2])
    return name
