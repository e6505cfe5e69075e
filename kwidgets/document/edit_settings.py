"""Commands that change settings: of layers, of data, of training; and those that replace the whole draft."""

from __future__ import annotations

from collections.abc import Mapping

from engine.experiment import Neighbours, json_able
from engine.types import Json

from ..refused import Refused
from ..words import common, texts
from ..words import settings as say
from . import labels, reading, settings, templates
from .commands import (
    COMMANDS,
    Done,
    Message,
    Surroundings,
    a_name,
    a_text,
    carried_out,
    command,
    some_layers,
)
from .draft import Draft, Written, is_stack
from .layer_names import is_clean
from .reading_code import read_code
from .records import DataChoice, DataPart
from .training import LEARNING_RATE, TRAINING, put_learning_rate, put_training, training_change
from .written import NOTEBOOK, as_written, is_whole

KINDS = ("Sequential", "Model")


@command("set")
def set_field(draft: Draft, message: Message, around: Surroundings) -> Done:
    """One setting of those of the layers that have it; all of them take it or none does.

    field: a name, or a path to a layer inside ("layer.units").
    """
    names, key = some_layers(draft, message), a_text(message, "field")
    if "value" not in message:
        raise Refused(say.VALUE_IS_MISSING, field=key)
    if key == "name":
        if len(names) > 1:
            raise Refused(say.SEVERAL_WITH_ONE_NAME, field="name")
        return _renamed(draft, names[0], message["value"])
    able = [name for name in names if settings.has(draft.layers[name].class_name, draft.layers[name].config, key)]
    old: list[Json] = []
    for name in able or names:
        part = draft.layers[name]
        old.append(settings.value_at(part.class_name, part.config, key))
        draft.put_config(name, settings.with_value(part.class_name, name, part.config, key, message["value"]))
    part = draft.layers[able[0]]
    new = settings.value_at(part.class_name, part.config, key)
    changed = labels.change_text(key, old, new)
    return Done(say.in_layers(changed, len(able)) if len(able) > 1 else changed, rewired=False)


@command("rename")
def rename(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Gives a layer another name {layer, name}."""
    return _renamed(draft, some_layers(draft, {"layers": [message.get("layer")]})[0], message.get("name"))


def _renamed(draft: Draft, old: str, value: object) -> Done:
    new = a_name(draft, value.strip() if isinstance(value, str) else value, old=old)
    draft.rename_layer(old, new)
    draft.rename_choices(old, new)
    return Done(say.renamed(old, new), rewired=False)


@command("set_data")
def set_data(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Which array feeds which input and output: keys given are merged in, a key of None is taken out."""
    data = draft.data.copy()
    chosen: list[str] = []
    for part in ("inputs", "targets"):
        if message.get(part) is not None:
            table = _choices(draft, part, message[part])
            chosen += [key for key in table.values() if key is not None]
            merged = {**data[part], **table}
            names = draft.input_names() if part == "inputs" else draft.output_names()
            data[part] = {name: key for name in names if (key := merged.get(name)) is not None}
    trained = {*data["inputs"].values(), *data["targets"].values()}
    if "validation" in data:
        data["validation"] = {key: own for key, own in data["validation"].items() if key in trained}
    before = data.get("source")
    if "source" in message:
        data.pop("source", None)
        source = json_able(message["source"])
        if source is not None:
            data["source"] = source
        data.pop("validation", None)
    if "validation" in message:
        _choose_validation(data, message["validation"])
    draft.data = data
    if "validation_split" in message:
        put_training(draft, "validation_split", message["validation_split"])
    label = _table_label(before, data.get("source")) or _data_label(message, chosen)
    return Done(label, rewired=False)


def _choose_validation(data: DataChoice, chosen: object) -> None:
    """Arrays that are measured in place of those trained on {trained: measured}; none: a share of the rows is."""
    data.pop("validation", None)
    if chosen is None:
        return
    if not isinstance(chosen, dict) or not all(isinstance(one, str) for pair in chosen.items() for one in pair):
        raise Refused(texts.VALIDATION_NAMES_ARRAYS, field="validation")
    trained = [*data["inputs"].values(), *data["targets"].values()]
    for key in chosen:
        if key not in trained:
            raise Refused(say.is_not_trained_on(key), field="validation")
    if chosen:
        data["validation"] = dict(chosen)


def _table_label(before: object, now: object) -> str | None:
    """What was changed of a table that was chosen before; None for anything else."""
    if not (isinstance(before, Mapping) and isinstance(now, Mapping)):
        return None
    if (before.get("kind"), before.get("name")) != (now.get("kind"), now.get("name")):
        return None
    validation = now.get("validation")
    if before.get("validation") != validation:
        return say.VALIDATION_BY_SHARE if validation is None else say.own_validation([str(validation)])
    if before.get("target") != now.get("target"):
        return say.target_column(str(now.get("target")))
    old, new = before.get("steps"), now.get("steps")
    if old != new and isinstance(old, list) and isinstance(new, list):
        gone = [step["step"] for step in old if step not in new]
        come = [step["step"] for step in new if step not in old]
        if len(new) > len(old) and come:
            return say.added_step(come[0])
        if len(new) < len(old) and gone:
            return say.removed_step(gone[0])
        return say.changed_step(come[0]) if come else say.MOVED_A_STEP
    if old != new:
        return say.CHANGED_THE_STEPS
    if before.get("inputs") != now.get("inputs"):
        return say.CHANGED_THE_INPUTS
    return say.CHANGED_THE_SPLIT if before.get("split") != now.get("split") else None


def _choices(draft: Draft, part: DataPart, table: object) -> Mapping[str, str | None]:
    """What a message chooses for inputs or targets, checked."""
    if not isinstance(table, dict):
        raise Refused(common.must_be_a_table_of_layers(part), field=part)
    names = draft.input_names() if part == "inputs" else draft.output_names()
    for name, key in table.items():
        if name not in names:
            what = "input" if part == "inputs" else "output"
            raise Refused(say.model_has_no(what, name), field=part)
        if key is not None and not isinstance(key, str):
            raise Refused(say.array_is_no_name(key), field=part)
    return table


def _data_label(message: Message, arrays: list[str]) -> str:
    """The undo list's line for the data that were chosen now, such as "data: x_train, y_train"."""
    source = message.get("source")
    if not arrays and isinstance(source, Mapping):
        arrays = [str(source.get("name", ""))]
    if "validation" in message and not arrays:
        validation = message["validation"]
        return (
            say.own_validation(list(validation.values()))
            if isinstance(validation, dict) and validation
            else say.VALIDATION_BY_SHARE
        )
    share = message.get("validation_split")
    if not arrays and isinstance(share, (int, float)):
        return say.validation_share(share)
    return say.data(", ".join(dict.fromkeys(arrays))) if arrays else say.CHOSE_DATA


@command("set_training")
def set_training(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Settings of the training; `learning_rate` is written into the optimizer's settings."""
    changed = [key for key in (*TRAINING, LEARNING_RATE) if key in message]
    if not changed:
        raise Refused(say.NOTHING_TO_SET, say.training_has(", ".join((*TRAINING, LEARNING_RATE))))
    before = draft.copy()
    for key in changed:
        if key == LEARNING_RATE:
            put_learning_rate(draft, message[key])
        else:
            put_training(draft, key, message[key])
    return Done(", ".join(training_change(before, draft, key) for key in changed), rewired=False)


def replace_all(draft: Draft, other: Draft) -> None:
    """Makes `draft` equal to `other`, keeping the object."""
    for key, value in vars(other.copy()).items():
        setattr(draft, key, value)


def put_program(
    draft: Draft,
    text: str,
    file: str,
    name: str | None,
    written: Mapping[str, Written],
    neighbours: Neighbours | None = None,
) -> None:
    """Makes `draft` the model of a program or notebook, which is remembered as it is written."""
    replace_all(draft, read_code(text, draft.copy(), file, name, neighbours))
    is_notebook = text.lstrip("\ufeff \t\r\n").startswith("{")
    draft.written = {**written, NOTEBOOK if is_notebook else "python": as_written(text, name, file, neighbours)}


def _neighbours(draft: Draft, message: Message) -> Neighbours | None:
    """The files beside a program: those that came with it, or of typed text those of the program that it was."""
    written = draft.written.get("python")
    if message.get("typed") is True:
        return None if written is None else written.neighbours
    beside = message.get("neighbours")
    if not isinstance(beside, Mapping):
        return None
    tables = [beside.get(key) for key in ("texts", "files")]
    texts, files = (
        {str(key): str(text) for key, text in table.items()} if isinstance(table, Mapping) else {} for table in tables
    )
    return Neighbours(str(beside.get("module")), texts, files)


@command("choose_model")
def choose_model(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Another model of the program that was opened {name}."""
    name = a_text(message, "name")
    written = draft.written.get("python") or draft.written.get(NOTEBOOK)
    if written is None:
        raise Refused(say.NO_PROGRAM_WAS_OPENED)
    put_program(draft, written.text, written.file, name, {}, written.neighbours)
    return Done(say.chose_the_model(name), rewired=False)


@command("new")
def new(draft: Draft, message: Message, around: Surroundings) -> Done:
    """An empty model in place of the graph {kind?}."""
    kind = message.get("kind", "Sequential")
    if kind not in KINDS:
        raise Refused(say.no_such_kind(", ".join(KINDS), kind), field="kind")
    replace_all(draft, Draft(kind=kind))
    return Done(say.new(kind), rewired=False)


@command("set_kind")
def set_kind(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Whether the model is a Sequential or a Model {kind}."""
    kind = message.get("kind")
    if kind not in KINDS:
        raise Refused(say.no_such_kind(", ".join(KINDS), kind), field="kind")
    if kind == "Sequential" and not is_stack(draft):
        raise Refused(say.NO_SEQUENTIAL, field="kind")
    draft.kind = kind
    return Done(say.made_a(kind), rewired=False)


@command("name_model")
def name_model(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Gives the model a name {name}."""
    name = a_text(message, "name").strip()
    if not 1 <= len(name) <= 256 or not is_clean(name):
        raise Refused(say.NAME_OF_A_MODEL, field="name")
    draft.name = name
    return Done(say.named_the_model(name), rewired=False)


@command("template")
def template(draft: Draft, message: Message, around: Surroundings) -> Done:
    """A starting point in place of the graph. data, training: what `set_data` and `set_training` take, for this one."""
    name = a_text(message, "name")
    replace_all(draft, templates.build(name))
    for command_name, part in (("set_data", "data"), ("set_training", "training")):
        if isinstance(details := message.get(part), dict):
            COMMANDS[command_name](draft, details, around)
    return Done(say.template(templates.TEMPLATES[name].title), rewired=False)


@command("paste")
def paste(draft: Draft, message: Message, around: Surroundings) -> Done:
    """The graph of a text {format, text, file?, model?}.

    Layers that keep their name keep their place on the canvas, unless the text says another.
    """
    form, text = a_text(message, "format"), a_text(message, "text")
    # What is typed on the page is one more edit: the texts in other formats go on. Another file has none of them.
    written = dict(draft.written) if message.get("typed") is True else {}
    if form == "python":
        file, name = (str(message[key]) if message.get(key) else None for key in ("file", "model"))
        put_program(draft, text, file or "", name, written, _neighbours(draft, message))
        return Done(common.pasted(file or texts.PYTHON), rewired=False)
    replace_all(draft, reading.read(text, form, draft.copy()))
    is_own = form == "yaml" and (message.get("typed") is True or is_whole(text))
    draft.written = {**written, form: as_written(text)} if is_own else written
    return Done(common.pasted(form.upper()), rewired=False)


@command("mend")
def mend(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Carries out what a problem's button offers, as one step of undo."""
    label, steps = around.mend_commands(a_text(message, "problem"), a_text(message, "mend"))
    nodes: list[str] = []
    for step in steps:
        nodes.extend(carried_out(draft, step, around).nodes)
    return Done(label, nodes)
