"""Lines out of a Keras program that make layers but no model, as notes show them, made a whole program that can be read.

model.add(Dense(3))      ->  model = Sequential(); model.add(Dense(3))
Conv2D(8, 3), Flatten()  ->  model = Sequential([Conv2D(8, 3), Flatten()])
x = Dense(3)(x)          ->  x = Input((64,)); x = Dense(3)(x); model = Model(x_at_first, x)
"""

from __future__ import annotations

import ast

# In one line with the first of the piece, so that lines keep their numbers.
_IMPORTS = "from keras.layers import *; from keras.models import *; "
# What comes in is not known; whoever takes the piece puts another one in its place.
_UNKNOWN = "Input(shape=(64,), name='{}')"


def completed(text: str) -> str | None:
    """A program with the lines of a piece; None for what is no Python, or makes no layers.

    >>> completed("model.add(Dense(3))").splitlines()[0].partition("import *; ")[2]
    'from keras.models import *; model = Sequential(); model.add(Dense(3))'
    """
    piece = text.strip().rstrip(",")
    tree = _parsed(piece) or _parsed(f"[{piece}]")
    if tree is None or not tree.body:
        return None
    calls = [call for node in tree.body for call in _calls(node)]
    if calls and all(_calls(node) for node in tree.body):
        return f"{_IMPORTS}model = Sequential([{', '.join(map(ast.unparse, calls))}])"
    # A loop cannot go on in the line of what stands before it.
    end = "\n" if hasattr(tree.body[0], "body") else ""
    stacks = _stacks(tree)
    if stacks:
        return _IMPORTS + "; ".join(f"{name} = Sequential()" for name in stacks) + (end or "; ") + piece
    return _functional(tree, piece, end)


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _calls(node: ast.stmt) -> list[ast.Call]:
    """The calls of layers' classes that a line is, one or several in a row; none for any other line."""
    if not isinstance(node, ast.Expr):
        return []
    items = node.value.elts if isinstance(node.value, (ast.List, ast.Tuple)) else [node.value]
    made = [call for call in items if isinstance(call, ast.Call) and not isinstance(call.func, ast.Call)]
    return made if len(made) == len(items) and not any(map(_adds, made)) else []


def _adds(call: ast.Call) -> str | None:
    """The name of the model that a call adds a layer to."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr="add"):
            return name
        case _:
            return None


def _stacks(tree: ast.Module) -> list[str]:
    """Models that layers are added to and that are made nowhere."""
    made = {target.id for node in tree.body for target in _targets(node)}
    added = [name for node in ast.walk(tree) if isinstance(node, ast.Call) and (name := _adds(node)) is not None]
    return [name for name in dict.fromkeys(added) if name not in made]


def _targets(node: ast.stmt) -> list[ast.Name]:
    return [target for target in node.targets if isinstance(target, ast.Name)] if isinstance(node, ast.Assign) else []


def _functional(tree: ast.Module, piece: str, end: str) -> str | None:
    """Layers that are called on what came before; what is made nowhere comes in."""
    made: list[str] = []
    entering: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            taken = _taken(node.value)
            entering += [name for name in dict.fromkeys(taken) if name not in made and name not in entering]
        made += [target.id for target in _targets(node)]
    if not entering or not made:
        return None
    inputs = "; ".join(f"{name} = _{name} = {_UNKNOWN.format(name)}" for name in entering)
    model = f"model = Model([{', '.join(f'_{name}' for name in entering)}], {made[-1]})"
    return f"{_IMPORTS}{inputs}{end or '; '}{piece}\n{model}"


def _taken(call: ast.Call) -> list[str]:
    """What a layer that is made in the same line is called on: x of "Dense(3)(Flatten()(x))"."""
    if not isinstance(call.func, ast.Call):
        return []
    names: list[str] = []
    for given in call.args:
        for taken in given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]:
            names += [taken.id] if isinstance(taken, ast.Name) else _taken(taken) if isinstance(taken, ast.Call) else []
    return names
