"""What a builder can begin with: a model made in code, an experiment, its text, a file of either, a picture with it, a program."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeGuard

import numpy as np

from engine.describe import classes
from engine.errors import EngineError
from engine.experiment import (
    CODE,
    MODELS,
    Kind,
    Neighbours,
    build_model,
    json_able,
    kind_of,
    kind_of_bytes,
    kind_of_text,
    neighbours_of,
    open_regular,
    read_picture,
    read_text,
    text_in_picture,
    write_bytes,
)
from engine.models import Model, load_model
from engine.types import Config, Json

from .document.draft import FIRST_SEED, Draft
from .document.layer_names import MAX_NAME
from .readiness import name_of
from .refused import Refused
from .words import builder as say

# Endings of files whose text is a model's, or was meant to be: a parser says what is wrong in it.
TEXTS = (".yaml", ".yml", ".json")
# Kinds of texts that a program may look like.
TEXT_KINDS = ("text", "yaml", "table", "prototxt", "cfg")
# Endings of programs, whose models can be named: "gan.py#generator".
PROGRAMS = (".py", ".ipynb")
# More of a program is not read; it is refused as too long then.
MOST_BYTES_OF_CODE = 20 * 2**20 + 4
# Kinds of files that may carry a model's text.
PICTURES = ("diagram", "picture", "drawing")
# Of a file that a page sends: servers close a connection that sends more at once.
MOST_BYTES = 8 * 2**20


# A model made in code, an experiment, the text of one, or the path of a file with either.
Beginning: TypeAlias = "Model | Mapping[str, object] | str | os.PathLike[str] | Program | None"


@dataclass(frozen=True)
class Program:
    """A Python program or notebook as text, which is read and never run.

    model: which one of its models, by its variable. neighbours: the files beside it that it imports.
    """

    text: str
    file: str = ""
    model: str | None = None
    neighbours: Neighbours | None = None


def is_model(model: object) -> TypeGuard[Model]:
    """Whether it can tell its layers and its weights as a model does."""
    return hasattr(model, "to_yaml") and hasattr(model, "get_weights")


def from_file(model: Beginning) -> Beginning:
    """The model of the path of a file with one, compiled where it was; the text that a picture carries; anything else as it is.

    A file is known by its content.

    Raises:
        Refused: it is another kind of file; says what it is and what can be done with it.
        FileError: it is damaged.
        OSError: it cannot be opened.
    """
    if not isinstance(model, (str, os.PathLike)) or _is_text(os.fspath(model)):
        return model
    path, name = _named_model(os.fspath(model))
    kind = kind_of(path)
    if kind.name in MODELS and not _is_code(kind, path):
        return load_model(path)
    if _is_code(kind, path):
        return Program(_read_code(path), os.path.basename(path), name, neighbours_of(path))
    if _is_model_text(kind, path):
        return model
    text = read_picture(path) if kind.name in PICTURES else None
    if text is not None:
        return _whole(text)
    raise _refusal(kind, os.path.basename(path) or path)


def from_bytes(data: bytes, name: str) -> Beginning:
    """The model of a file's content, such as was dropped on a page; `name` is what messages call it.

    Raises:
        Refused: it is too long, or another kind of file; says what it is and what can be done with it.
        FileError: it is damaged.
    """
    if len(data) > MOST_BYTES:
        raise Refused(say.dropped_file_is_too_large(name, MOST_BYTES), say.GIVE_ITS_PATH)
    kind = kind_of_bytes(data)
    if kind.name in MODELS and not _is_code(kind, name):
        with tempfile.TemporaryDirectory(prefix="kwidgets-") as folder:
            path = os.path.join(folder, os.path.basename(name) or "model")
            write_bytes(path, data)
            try:
                return load_model(path)
            except EngineError as error:
                # Nobody knows the path that it has for a moment here.
                raise Refused(str(error).replace(path, name), error.hint) from None
    if _is_code(kind, name):
        return Program(data.decode("utf-8-sig", "replace"), name)
    if _is_model_text(kind, name):
        return _whole(data.decode("utf-8-sig", "replace"))
    text = text_in_picture(data, name) if kind.name in PICTURES else None
    if text is not None:
        return _whole(text)
    raise _refusal(kind, name)


def _named_model(path: str) -> tuple[str, str | None]:
    """The path, and the model that it names behind a "#": "gan.py#generator"."""
    before, mark, name = path.rpartition("#")
    is_named = mark and before.lower().endswith(PROGRAMS) and not os.path.exists(path)
    return (before, name) if is_named else (path, None)


def _read_code(path: str) -> str:
    """The text of a program; letters that are no UTF-8 stand in comments and texts, which say nothing of a model."""
    with open_regular(path) as file:
        return file.read(MOST_BYTES_OF_CODE).decode("utf-8-sig", "replace")


def _whole(text: str) -> str:
    """The text as one that nobody takes for a path, also where it is a single line."""
    return text if "\n" in text else f"{text}\n"


def _is_model_text(kind: Kind, name: str) -> bool:
    return kind.readable and (kind.name in ("json", "yaml") or name.lower().endswith(TEXTS))


def _is_code(kind: Kind, name: str) -> bool:
    """Whether a file is a program or a notebook; a program may look like another text, by what stands in its comments."""
    return kind.name in CODE or (name.lower().endswith(".py") and kind.name in TEXT_KINDS)


def _refusal(kind: Kind, name: str) -> Refused:
    if kind.name == "picture":
        return Refused(say.picture_carries_no_model(name), kind.use)
    return Refused(say.file_is_no_model(name, kind.what), kind.use)


def _is_text(text: str) -> bool:
    """A text has several lines or is JSON; everything else is a path."""
    return "\n" in text or text.lstrip().startswith("{")


def command_of(model: object) -> dict[str, Json]:
    """The document's command that begins with `model`: an engine model, an experiment, a text of one or its path.

    Raises Refused for anything else; FileError, OSError for a file that cannot be read.
    """
    if is_model(model):
        return _paste("json", json.dumps(experiment_of(model)))
    if isinstance(model, Mapping):
        return _paste("json", json.dumps(dict(model)))
    if isinstance(model, Program):
        beside = model.neighbours
        read: dict[str, Json] = {"file": model.file, "model": model.model or ""}
        if beside is not None and beside.texts:
            tables: dict[str, Json] = {"texts": dict(beside.texts), "files": dict(beside.files)}
            read["neighbours"] = {"module": beside.module, **tables}
        return _paste("python", model.text) | read
    if not isinstance(model, (str, os.PathLike)):
        raise Refused(say.begins_with_no_model(type(model).__name__))
    text = os.fspath(model)
    if not _is_text(text):
        text = read_text(text)
    if kind_of_text(text).name in CODE:
        return _paste("python", text)
    return _paste("json" if text.lstrip().startswith("{") else "yaml", text)


def new_draft(name: str | None) -> Draft:
    """An empty draft, whose model is named as its document where a model may be."""
    return Draft() if name is None or len(name) > MAX_NAME else Draft(name=name)


def _paste(form: str, text: str) -> dict[str, Json]:
    return {"do": "paste", "format": form, "text": text}


def with_weights_of(experiment: Mapping[str, object], path: str | os.PathLike[str], by_name: bool) -> Model:
    """The model of an experiment with the weights of a file. Raises Refused where no name is in the file, and FileError."""
    model = build_model(experiment)
    first = model.get_weights() if by_name else []
    model.load_weights(os.fspath(path), by_name=by_name)
    if by_name and all(map(np.array_equal, first, model.get_weights())):
        names = ", ".join(layer.name for layer in model.layers if layer.weights)
        raise Refused(say.no_weights_for_these_layers(name_of(path), names), say.RENAME_THEM_AS_IN_THE_FILE)
    return model


def experiment_of(model: Model) -> Config:
    """A model made in code as an experiment, its own functions and classes under names that this process knows."""
    experiment = json.loads(model.to_json())
    experiment["config"] = json_able(classes.known_by_name(model.get_config(), model.name))
    if getattr(model, "optimizer", None) is not None:
        experiment["training"] = {
            name: json_able(classes.known_by_name({name: value}, model.name, name))[name]
            for name, value in _training_of(model).items()
        }
    return experiment


def _training_of(model: Model) -> Config:
    training: Config = {"optimizer": classes.serialize("optimizer", model.optimizer), "seed": FIRST_SEED}
    if isinstance(model.loss, (list, tuple, dict)) and model.loss:
        named = model.loss if isinstance(model.loss, dict) else dict(zip(model.output_names, model.loss, strict=False))
        losses = {name: _name("loss", loss) for name, loss in named.items()}
        training["loss"] = {name: loss for name, loss in losses.items() if loss is not None}
    elif (loss := _name("loss", model.loss)) is not None:
        training["loss"] = loss
    if isinstance(model.metrics, (list, tuple)):
        training["metrics"] = [name for metric in model.metrics if (name := _name("metric", metric)) is not None]
    return training


def _name(kind: str, thing: object) -> str | None:
    """The name of a loss or metric, with its settings where they are not usual ones."""
    text = classes.usual_name(kind, thing) or classes.call_text(kind, thing)
    if text is not None:
        return text
    named = classes.serialize(kind, thing) if isinstance(thing, str) or callable(thing) else None
    return named if isinstance(named, str) and named else None
