"""Ways to write one change of a model into a program, the most likely first: who tries them reads what comes out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from engine.describe import classes
from engine.experiment import CodeModel
from engine.types import Config

from .differences import MISSING, Difference, name_of
from .program_text import Edit, ProgramText
from .python_code import layer_call, literal
from .records import Experiment

OF_SHAPES = ("input_shape", "shape")


def ways(text: ProgramText, model: CodeModel, change: Difference, wanted: Experiment) -> Iterator[list[Edit]]:
    """Edits that may be the change."""
    if change.kind == "training":
        yield from _of_training(text, model, change)
        return
    call_place = model.calls.get("make") if change.kind == "named" else model.places.get(change.layer)
    if change.kind == "new":
        call_place = model.places.get(change.key)
    call = None if call_place is None else text.call_at(call_place)
    if change.kind == "new" and not change.key:
        yield from _as_first(text, model, change)
    elif call is None:
        return
    elif change.kind in ("rename", "named"):
        yield [text.set_argument(call, "name", literal(change.new))]
    elif change.kind == "setting":
        yield from _of_setting(text, call, change)
        yield from _anew(text, call, change, wanted)
    elif change.kind == "gone":
        yield from _taken_out(text, call)
    elif change.kind == "new":
        yield from _put_behind(text, call, change.new)


def renamings(text: ProgramText, model: CodeModel, names: Mapping[str, str]) -> list[Edit]:
    """Names that layers are to have, written where they are made."""
    calls = {name: text.call_at(model.places[name]) for name in names if name in model.places}
    return [text.set_argument(call, "name", literal(names[name])) for name, call in calls.items() if call is not None]


def _of_setting(text: ProgramText, call: ast.Call, change: Difference) -> Iterator[list[Edit]]:
    """In place of what stands there under its name or with its old value, else as one more argument."""
    if change.new is MISSING:
        dropped = text.drop_argument(call, change.key)
        if dropped is not None:
            yield [dropped]
        return
    if change.key == "batch_input_shape" and isinstance(change.new, Sequence):
        yield from _of_shape(text, call, change.new)
    written = literal(change.new)
    is_named = any(keyword.arg == change.key for keyword in call.keywords)
    if is_named:
        yield [Edit(*edit_span(text.set_argument(call, change.key, written)), _like(text, call, change.key, written))]
    for node in (*call.args, *(keyword.value for keyword in call.keywords)):
        if _value(node) == _listed(change.old):
            yield [Edit(*text.span(node), _quoted_like(text.source(node), written))]
    if not is_named:
        yield [text.set_argument(call, change.key, written)]


def edit_span(edit: Edit) -> tuple[int, int]:
    """The letters that an edit replaces."""
    return edit.start, edit.end


def _like(text: ProgramText, call: ast.Call, name: str, written: str) -> str:
    value = next(keyword.value for keyword in call.keywords if keyword.arg == name)
    return _quoted_like(text.source(value), written)


def _quoted_like(before: str, written: str) -> str:
    """A text in the quotes of the one before."""
    is_plain = written[:1] == '"' and "'" not in written and "\\" not in written
    return f"'{written[1:-1]}'" if before[:1] == "'" and is_plain else written


def _of_shape(text: ProgramText, call: ast.Call, shape: Sequence[object]) -> Iterator[list[Edit]]:
    names = {keyword.arg for keyword in call.keywords}
    for name in OF_SHAPES:
        if name in names:
            yield [text.set_argument(call, name, literal(list(shape[1:])))]
    if "input_dim" in names and len(shape) == 2:
        yield [text.set_argument(call, "input_dim", literal(shape[1]))]
    if "batch_shape" in names:
        yield [text.set_argument(call, "batch_shape", literal(list(shape)))]
    if call.args and isinstance(call.args[0], ast.Tuple):
        yield [Edit(*text.span(call.args[0]), literal(list(shape[1:])))]


def _anew(text: ProgramText, call: ast.Call, change: Difference, wanted: Experiment) -> Iterator[list[Edit]]:
    """The whole call as the builder writes it."""
    entry = next((entry for entry in wanted["config"]["layers"] if name_of(entry) == change.layer), None)
    if entry is not None:
        written = layer_call(entry["class_name"], {**entry["config"], "name": change.layer})
        if written is not None:
            yield [Edit(*text.span(call), _spelled(text, call, entry["class_name"], written))]


def _value(node: ast.expr) -> object:
    """A literal's value, with lists for tuples; MISSING for what is no literal."""
    try:
        return _listed(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return MISSING if not isinstance(node, ast.Name) else node


def _listed(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return [_listed(item) for item in value]
    return object() if value is MISSING else value


# Layers that come and go.


def _put_behind(text: ProgramText, before: ast.Call, entry: object) -> Iterator[list[Edit]]:
    written = _of_entry(text, before, entry)
    if written is None:
        return
    line, imports = written
    around = text.parent(before)
    start, end = text.span(before)
    if isinstance(around, ast.List):
        stands_alone = text.text[:start].rpartition("\n")[2].strip() == ""
        between = f",\n{text.indent(start)}" if stands_alone else ", "
        yield [Edit(end, end, between + line), *imports]
    statement = text.statement(before)
    if isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and isinstance(statement, ast.Expr):
        owner = text.source(around.func)
        line_end = text.whole_lines(*text.span(statement))[1]
        newline = "" if text.text[:line_end].endswith("\n") else "\n"
        yield [Edit(line_end, line_end, f"{newline}{text.indent(text.span(statement)[0])}{owner}({line})\n"), *imports]


def _as_first(text: ProgramText, model: CodeModel, change: Difference) -> Iterator[list[Edit]]:
    make = model.calls.get("make")
    call = None if make is None else text.call_at(make)
    layers = call.args[0] if call is not None and call.args else None
    if not isinstance(layers, ast.List) or not layers.elts:
        return
    first = layers.elts[0]
    if isinstance(first, ast.Call) and (written := _of_entry(text, first, change.new)) is not None:
        start = text.span(first)[0]
        stands_alone = text.text[:start].rpartition("\n")[2].strip() == ""
        between = f",\n{text.indent(start)}" if stands_alone else ", "
        yield [Edit(start, start, written[0] + between), *written[1]]


def _taken_out(text: ProgramText, call: ast.Call) -> Iterator[list[Edit]]:
    around = text.parent(call)
    statement = text.statement(call)
    if isinstance(around, ast.List):
        items: list[ast.expr | ast.keyword] = [*around.elts]
        yield [text.drop_item(items, items.index(call))]
    elif isinstance(around, ast.Call) and isinstance(around.func, ast.Attribute) and isinstance(statement, ast.Expr):
        yield [Edit(*text.whole_lines(*text.span(statement)), "")]


def _of_entry(text: ProgramText, beside: ast.Call, entry: object) -> tuple[str, list[Edit]] | None:
    """The call of a new layer as its neighbour is spelled, and the import that it needs."""
    if not isinstance(entry, Mapping):
        return None
    class_name = str(entry["class_name"])
    config: Config = {**entry["config"], "name": entry.get("name") or entry["config"].get("name")}
    written = layer_call(class_name, config)
    if written is None:
        return None
    return _spelled(text, beside, class_name, written), _import(text, beside, class_name)


def _spelled(text: ProgramText, beside: ast.Call, class_name: str, written: str) -> str:
    """`layers.Dense(3)` beside `layers.Dropout(0.5)`."""
    if isinstance(beside.func, ast.Attribute) and written.startswith(class_name):
        return f"{text.source(beside.func.value)}.{written}"
    return written


def _import(text: ProgramText, beside: ast.Call, class_name: str) -> list[Edit]:
    """The class among the names that are imported together with its neighbour's, where it is not yet."""
    if not isinstance(beside.func, ast.Name):
        return []
    for statement in text.imports():
        names = [alias.name for alias in statement.names]
        if class_name in names or names == ["*"]:
            return []
    for statement in text.imports():
        if any((alias.asname or alias.name) == beside.func.id for alias in statement.names):
            end = text.span(statement.names[-1])[1]
            return [Edit(end, end, f", {class_name}")]
    return []


# Training.


def _of_training(text: ProgramText, model: CodeModel, change: Difference) -> Iterator[list[Edit]]:
    for method in ("compile", "fit"):
        call_place = model.calls.get(method)
        call = None if call_place is None else text.call_at(call_place)
        if call is None:
            continue
        if change.key == "optimizer" and isinstance(change.new, Mapping):
            yield from _of_optimizer(text, call, change)
        elif change.key in ("loss", "metrics") and _has_settings(change.new):
            continue  # a class has to be imported: the program is written anew
        else:
            yield from _of_setting(text, call, change)
    if change.key == "seed" and isinstance(change.new, int):
        for call in text.calls():
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if name in ("seed", "set_seed", "set_random_seed") and len(call.args) == 1:
                yield [Edit(*text.span(call.args[0]), literal(change.new))]


def _has_settings(value: object) -> bool:
    """Whether losses or metrics are among the values that are classes with settings."""
    if isinstance(value, Mapping):
        return any(map(_has_settings, value.values()))
    return any(map(_has_settings, value)) if isinstance(value, list) else classes.is_call(value)


def _of_optimizer(text: ProgramText, call: ast.Call, change: Difference) -> Iterator[list[Edit]]:
    new = change.new if isinstance(change.new, Mapping) else {}
    old = change.old if isinstance(change.old, Mapping) else {}
    settings: Config = dict(new.get("config") or {})
    class_name = str(new.get("class_name"))
    nodes = [keyword.value for keyword in call.keywords if keyword.arg == "optimizer"] or call.args[:1]
    for node in nodes:
        made = _maker(text, node)
        if made is not None and old.get("class_name") == class_name:
            yield from _settings_of(text, made, old.get("config") or {}, settings)
        if not settings and isinstance(node, ast.Constant):
            yield [Edit(*text.span(node), _quoted_like(text.source(node), literal(class_name.lower())))]
        written = f"{class_name}({', '.join(f'{key}={literal(value)}' for key, value in settings.items())})"
        if made is not None:
            imports = _import(text, made, class_name)
            yield [Edit(*text.span(made), _spelled(text, made, class_name, written)), *imports]
        else:
            yield [Edit(*text.span(node), written), *_import_of_optimizer(text, class_name)]


def _maker(text: ProgramText, node: ast.expr) -> ast.Call | None:
    """The call that makes an optimizer: here, or where its variable got it."""
    if isinstance(node, ast.Call):
        return node
    if isinstance(node, ast.Name):
        for call in text.calls():
            around = text.parent(call)
            targets = around.targets if isinstance(around, ast.Assign) else []
            if any(isinstance(target, ast.Name) and target.id == node.id for target in targets):
                return call
    return None


def _settings_of(
    text: ProgramText, call: ast.Call, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[list[Edit]]:
    changed = [key for key in dict.fromkeys([*old, *new]) if old.get(key, MISSING) != new.get(key, MISSING)]
    if len(changed) == 1:
        key = changed[0]
        yield from _of_setting(text, call, Difference("setting", "", key, old.get(key, MISSING), new.get(key, MISSING)))


def _import_of_optimizer(text: ProgramText, class_name: str) -> list[Edit]:
    """Beside the imports of the same package."""
    imports = list(text.imports())
    if any(class_name in [alias.name for alias in statement.names] for statement in imports):
        return []
    for statement in reversed(imports):
        package, _, part = (statement.module or "").rpartition(".")
        if part in ("models", "layers"):
            at = text.whole_lines(*text.span(statement))[1]
            return [Edit(at, at, f"from {package}.optimizers import {class_name}\n")]
    return []
