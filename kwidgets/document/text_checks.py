"""A text under way, read without a trace: what would come of it, what is wrong, and where."""

from __future__ import annotations

from .. import messages
from ..refused import Refused
from ..words import texts as say
from . import reading
from .draft import Draft
from .reading_code import CodeReading, code_reading
from .written import NOTEBOOK, is_in_text

MOST_NOTES = 100
FORMATS = ("yaml", "json", "python")


def check_text(text: str, form: str, base: Draft, model: str | None = None) -> messages.TextCheck:
    """What a text is read as. Nothing of it is run, and the document stays as it is.

    Args:
        text: YAML, JSON or a program.
        form: which of them.
        base: the present state, which gives what the text does not say.
        model: the model of a program that is meant; None: the one that is trained last.

    Raises:
        Refused: there is no such format.
    """
    if form not in FORMATS:
        raise Refused(say.no_such_form(form))
    check: messages.TextCheck = {"fault": None, "notes": [], "models": [], "lines": {}}
    try:
        if form == "python":
            _read_program(check, text, base, model)
        else:
            reading.read(text, form, base)
    except Refused as refused:
        check["fault"] = _fault(refused)
    return check


def _read_program(check: messages.TextCheck, text: str, base: Draft, name: str | None) -> None:
    written = base.written.get("python")
    beside = written.neighbours if written else None
    try:
        reading = code_reading(text, base, name=name or (written.model if written else None), neighbours=beside)
    except Refused:
        # The model that was meant before is gone from the text.
        reading = code_reading(text, base, name=name, neighbours=beside)
    check["notes"] = [
        {"kind": note.kind, "line": note.line, "text": note.sentence}
        for note in reading.program.notes[:MOST_NOTES]
        if note.cell is None and not note.file
    ]
    check["models"] = _models(reading)
    places = reading.model.places.items()
    check["lines"] = {layer: [place.line, place.end_line] for layer, place in places if is_in_text(place)}


def models_of(draft: Draft) -> messages.ModelsAnswer:
    """The models of the program that a draft was read from, where there are several."""
    written = draft.written.get("python") or draft.written.get(NOTEBOOK)
    if written is None:
        return {"file": "", "models": []}
    try:
        models = _models(code_reading(written.text, Draft(), written.file, written.model, written.neighbours))
    except Refused:
        models = []
    return {"file": written.file, "models": models if len(models) > 1 else []}


def _models(reading: CodeReading) -> list[messages.TextModel]:
    return [
        {
            "name": model.name,
            "place": say.line_of_a_model(model.line, model.cell, model.file),
            "layers": model.layers,
            "chosen": model is reading.model,
        }
        for model in reading.program.models
    ]


def _fault(refused: Refused) -> messages.TextFault:
    fault: messages.TextFault = {"refused": refused.why, "hint": refused.hint}
    if refused.line is not None:
        fault["line"] = refused.line
    if refused.column is not None:
        fault["column"] = refused.column
    return fault
