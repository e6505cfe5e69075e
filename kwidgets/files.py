"""What a builder hands out as a file: texts, pictures, weights, history."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from engine.experiment import write_bytes
from engine.models import Model

from .document import Document
from .document.dialects import dialect_named
from .messages import Dialect
from .refused import Refused
from .session.session import Session
from .session.stream import EpochHistory
from .widgets import picture
from .words import builder as say
from .words import common


class Exported(Protocol):
    """What has files to hand out: a builder."""

    @property
    def document(self) -> Document:
        """The graph under edit."""
        ...

    @property
    def session(self) -> Session:
        """The run that is shown."""
        ...

    @property
    def experiment(self) -> Mapping[str, object]:
        """Model, training and data as one plain table."""
        ...

    @property
    def model(self) -> Model:
        """The present graph as a compiled model."""
        ...

    @property
    def is_trained(self) -> bool:
        """Whether the present graph has trained weights."""
        ...

    @property
    def history(self) -> EpochHistory:
        """What the last training came to, epoch by epoch."""
        ...


class Asked(NamedTuple):
    """What file is asked for; of a program, in which dialect."""

    what: str
    dialect: Dialect = "engine"


class Kind(NamedTuple):
    """A kind of file: its ending, its type for the browser, and what makes its content for a builder."""

    ending: str
    mime: str
    content: Callable[[Exported, Asked], bytes]


def export(builder: Exported, what: object, dialect: object = None) -> tuple[str, str, bytes]:
    """File name, type and content. Raises Refused when there is nothing of that kind yet."""
    if not isinstance(what, str) or what not in KINDS:
        raise Refused(say.no_export_named(what), common.there_are(", ".join(KINDS)))
    kind = KINDS[what]
    stem = _stem(builder.document.draft.name) + ("_history" if what == "history" else "")
    return f"{stem}.{kind.ending}", kind.mime, kind.content(builder, Asked(what, dialect_named(dialect) or "engine"))


def save(builder: Exported, path: str | os.PathLike[str]) -> None:
    """Write a file of the kind that its ending says, whole or not at all. Raises Refused, OSError."""
    ending = os.path.splitext(os.fspath(path))[1].lower()
    kinds = {".yml": "yaml", ".py": "python", ".h5": "weights", ".hdf5": "weights"}
    what = kinds.get(ending, ending[1:])
    if what not in KINDS or what == "history":
        raise Refused(say.no_known_ending(os.fspath(path)), say.KNOWN_ENDINGS)
    write_bytes(path, export(builder, what)[2])


def _text(builder: Exported, asked: Asked) -> bytes:
    return str(builder.document.text()[asked.what]).encode()


def _program(builder: Exported, asked: Asked) -> bytes:
    return builder.document.python(asked.dialect).text.encode()


def _picture(builder: Exported, asked: Asked) -> bytes:
    graph = builder.document.graph()
    if not graph["cards"]:
        raise Refused(say.NO_PICTURE_OF_AN_EMPTY_GRAPH, say.ADD_A_LAYER_FIRST)
    text = builder.document.yaml()
    if asked.what == "svg":
        return (picture.svg(graph, text) or "").encode()
    return picture.picture(graph, asked.what, text)


def _weights(builder: Exported, asked: Asked) -> bytes:
    if not builder.is_trained:
        raise Refused(say.GRAPH_NOT_TRAINED_YET, common.PRESS_TRAIN)
    with tempfile.TemporaryDirectory(prefix="kwidgets-") as folder:
        path = os.path.join(folder, "weights.h5")
        builder.model.save_weights(path)
        with open(path, "rb") as file:
            return file.read()


def _history(builder: Exported, asked: Asked) -> bytes:
    history = builder.history
    if not history.epoch:
        raise Refused(say.NO_EPOCH_HAS_ENDED_YET, say.TRAIN_FIRST)
    return history.to_json(builder.session.state == "stopped").encode()


KINDS = {
    "yaml": Kind("yaml", "application/yaml", _text),
    "json": Kind("json", "application/json", _text),
    "python": Kind("py", "text/x-python", _program),
    "svg": Kind("svg", "image/svg+xml", _picture),
    "png": Kind("png", "image/png", _picture),
    "pdf": Kind("pdf", "application/pdf", _picture),
    "weights": Kind("h5", "application/x-hdf5", _weights),
    "history": Kind("json", "application/json", _history),
}


def _stem(name: str) -> str:
    """A model's name as a file name: letters, digits, dash and underscore of any language."""
    stem = "".join(char if char.isalnum() or char in "-_" else "_" for char in name)[:80].strip("_")
    return stem or "model"
