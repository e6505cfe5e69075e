"""What a gesture or a question is answered with."""

from __future__ import annotations

from typing import TypedDict

from typing_extensions import NotRequired

from .common import Shape
from .data import ArrayFacts, SharedRows, TestSet
from .forecast import Forecast
from .forms import Form, Why
from .texts import Meaning, TextCheck, TextModel, Texts


class StillPicture(TypedDict):
    """The still picture of a view; the PNG follows as a buffer. number: of the trait `still`.

    words: the picture in words. html, text: the sentence.
    """

    number: int
    words: str
    width: int
    height: int
    html: str
    text: str


class Refusal(TypedDict):
    """Why a gesture was refused. field: the setting meant. line, column: the place in a text, from 1.

    mend: what the same gesture does about it where its `mend` is true, as words of a button.
    """

    refused: str
    hint: NotRequired[str | None]
    field: NotRequired[str | None]
    line: NotRequired[int | None]
    column: NotRequired[int | None]
    mend: NotRequired[str | None]


class Done(TypedDict):
    """A command was carried out; nodes: what it made or touched, for the selection. label: words of the undo list.

    says: what was done otherwise than asked, and why.
    """

    version: NotRequired[int]
    label: NotRequired[str]
    nodes: NotRequired[list[str]]
    says: NotRequired[str]


class Join(TypedDict):
    """A merge that a wire may end in. shape: of what comes out. says: why it does not fit."""

    class_name: str
    shape: Shape | None
    says: str | None


class JoinsAnswer(TypedDict):
    """taken: the layer whose wire the target has now."""

    joins: list[Join]
    taken: str | None


class Fragment(TypedDict):
    """Copied layers as YAML text."""

    text: str
    layers: int


class File(TypedDict):
    """A file whose bytes follow in a buffer."""

    filename: str
    mime: str


class TextAnswer(TypedDict):
    texts: Texts


class ScriptAnswer(TypedDict):
    """script: a program that makes a builder with the same model, a line for each thing that was done."""

    script: str


class CheckAnswer(TypedDict):
    check: TextCheck


class MeaningAnswer(TypedDict):
    """None for a word that means nothing here."""

    meaning: Meaning | None


class ModelsAnswer(TypedDict):
    """The models of the program that the document was read from; none where there is only one. file: how it was called."""

    file: str
    models: list[TextModel]


class YamlAnswer(TypedDict):
    yaml: str


class FormAnswer(TypedDict):
    form: Form | None


class WhyAnswer(TypedDict):
    why: Why


class DevicesAnswer(TypedDict):
    """What can be chosen to compute on. options: the names. labels: of cards with their free memory, or why one is not there."""

    options: list[str]
    labels: dict[str, str]


class ForecastAnswer(TypedDict):
    forecast: Forecast


class FactsAnswer(TypedDict):
    facts: ArrayFacts


class SplitAnswer(TypedDict):
    """test: None where the source has no test set. shared: [] where none is, or the arrays are too large to look.

    validates: how many rows validate where a table's split says it; None: the share of the settings. own: the arrays that are
    measured after each epoch in place of those trained on; None: some of their rows are.
    """

    test: TestSet | None
    own: TestSet | None
    validates: int | None
    shared: list[SharedRows]


class Nothing(TypedDict):
    pass
