"""YAML or JSON text -> draft, or a refusal that points at a line and column.

The text may be a whole experiment or the bare model document of Keras 1 or 2 (Sequential or Model/Functional); then
data and training stay as they were. Everything is checked before anything is kept (names, classes, settings, wires, circles).
Shapes are not: a wrong graph is shown on the canvas, where it can be mended.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

from engine.describe.graphs import has_wires
from engine.errors import EngineError, FileError
from engine.experiment import Places, compiled_as_training, kind_of_text, read_json, read_yaml
from engine.models import model_from_config

from ..refused import Refused
from ..words import common
from ..words import texts as say
from .draft import Draft, nothing_chosen
from .layout import read_layout
from .notes import read_notes
from .reading_bypassed import restore
from .reading_layers import Mistake, Path, nearest, read_graph, read_name, read_stack
from .settle import sort_layers
from .training import checked_training

FUNCTIONAL = ("Model", "Functional")
TOP_KEYS = ("class_name", "config", "keras_version", "backend", "layout", "data", "training", "bypassed", "notes")


def read(text: str, form: str, base: Draft) -> Draft:
    """Draft of a text in `form` "yaml" or "json".

    base: gives the places of nodes of the same name, data and training where the text has none.
    """
    if form not in ("yaml", "json"):
        raise Refused(say.no_such_form(form))
    return read_places(text, form, lambda document: read_document(document, base))


def read_places(text: str, form: str, reader: Callable[[Mapping[str, object]], Draft]) -> Draft:
    """What `reader` makes of the text's table; its Mistakes become Refused with line and column."""
    kind = kind_of_text(text)
    if not kind.readable and text.strip():
        raise Refused(say.text_is(kind.what), kind.use, line=1, column=1)
    places: Places = {}
    try:
        return reader((read_yaml if form == "yaml" else read_json)(text, form.upper(), places))
    except FileError as error:
        raise Refused(_file_sentence(error), error.hint or None, line=error.line, column=error.column) from None
    except Mistake as mistake:
        where = mistake.where
        while where and where not in places:
            where = where[:-1]
        line, column = places.get(where, (1, 1))
        raise Refused(mistake.why, mistake.hint, field=mistake.field, line=line, column=column) from None


def _file_sentence(error: FileError) -> str:
    return say.expected_found(error.expected, error.actual) if error.expected else str(error)


def read_document(document: Mapping[str, object], base: Draft) -> Draft:
    """The draft of a whole experiment or a bare model, checked. base: as in `read`. Raises Mistake with its place.

    What Keras wrote otherwise than a document has it (a Merge of Keras 1, an input of type "float") is read as the engine reads it.
    """
    if str(document.get("keras_version")).startswith("1."):
        return _read_document(_in_present_form(document) or document, base)
    try:
        return _read_document(document, base)
    except Mistake:
        written = _in_present_form(document)
        if written is None:
            raise
        return _read_document(written, base)


def _read_document(document: Mapping[str, object], base: Draft) -> Draft:
    of_keras1 = isinstance(document.get("config"), list) or str(document.get("keras_version")).startswith("1")
    of_keras1 = of_keras1 and "training" not in document
    document = compiled_as_training(document)
    for key in document:
        if key not in TOP_KEYS:
            raise Mistake((key,), say.no_such_key(key), nearest(key, TOP_KEYS))
    class_name = document.get("class_name")
    if class_name not in ("Sequential", *FUNCTIONAL):
        raise Mistake(("class_name",), say.class_name_must_be_a_model(class_name))
    config = document.get("config")
    if class_name == "Sequential" and isinstance(config, list):
        config, at = {"layers": config}, ()
    else:
        at = ("layers",)
    if not isinstance(config, Mapping) or not isinstance(config.get("layers"), list):
        raise Mistake(("config",), say.CONFIG_MUST_HOLD_LAYERS)
    draft = Draft(kind="Sequential" if class_name == "Sequential" else "Model")
    draft.name = read_name(config.get("name", base.name), ("config", "name"))
    where: Path = ("config", *at)
    stack = draft.kind == "Sequential" and not has_wires(config["layers"])
    (read_stack if stack else read_graph)(draft, dict(config), where)
    restore(draft, document.get("bypassed"), ("bypassed",))
    sort_layers(draft)
    draft.notes = read_notes(document.get("notes", [] if "layout" in document else base.notes), ("notes",))
    draft.layout = read_layout(draft, document.get("layout"), base.layout, ("layout",))
    _read_data(draft, document.get("data"), base)
    _read_training(draft, document.get("training"), base, of_keras1)
    return draft


_OF_KERAS3 = ("module", "registered_name", "build_config", "compile_config")


def _in_present_form(document: Mapping[str, object]) -> Mapping[str, object] | None:
    """The text of a model as this engine writes it; None where it does not build, so that its mistake is said."""
    model = {key: document[key] for key in ("class_name", "config", "keras_version") if key in document}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            written = read_json(model_from_config(model).to_json())
    except (EngineError, TypeError, ValueError):
        return None
    return {**{key: value for key, value in document.items() if key not in _OF_KERAS3}, **written}


def _read_data(draft: Draft, data: object, base: Draft) -> None:
    if data is None:
        choice = base.data.copy()
        for part in ("inputs", "targets"):
            choice[part] = {name: key for name, key in choice[part].items() if name in draft.layers}
        draft.data = choice
        return
    if not isinstance(data, Mapping):
        raise Mistake(("data",), say.DATA_MUST_BE_A_TABLE)
    for key in data:
        if key not in ("inputs", "targets", "source", "validation"):
            raise Mistake(("data", key), say.unknown_key(key), say.KEYS_OF_DATA)
    choice = nothing_chosen()
    for key in ("inputs", "targets"):
        names = draft.input_names() if key == "inputs" else draft.output_names()
        table = data.get(key) or {}
        if not isinstance(table, Mapping):
            raise Mistake(("data", key), common.must_be_a_table_of_layers(key))
        for name, array in table.items():
            if name not in names:
                raise Mistake(("data", key, name), say.no_place_for_data(name))
            if not isinstance(array, str):
                raise Mistake(("data", key, name), say.ARRAY_IS_NAMED_BY_A_TEXT)
        choice[key] = {name: table[name] for name in names if name in table}
    if data.get("source") is not None:
        choice["source"] = data["source"]
    validation = data.get("validation")
    if validation is not None:
        if not isinstance(validation, Mapping) or not all(
            isinstance(one, str) for pair in validation.items() for one in pair
        ):
            raise Mistake(("data", "validation"), say.VALIDATION_NAMES_ARRAYS)
        if validation:
            choice["validation"] = dict(validation)
    draft.data = choice


def _read_training(draft: Draft, training: object, base: Draft, of_keras1: bool) -> None:
    """of_keras1: the settings are what Keras 1.0 wrote of `compile`; one with a function of its own leaves those of `base`."""
    if training is None:
        draft.training = dict(base.training)
        return
    if not isinstance(training, Mapping):
        raise Mistake(("training",), say.TRAINING_MUST_BE_A_TABLE)
    try:
        checked_training(draft, dict(training))
    except Refused as refusal:
        if of_keras1:
            draft.training = dict(base.training)
            return
        raise Mistake(("training", refusal.field), refusal.why, refusal.hint, refusal.field) from None
