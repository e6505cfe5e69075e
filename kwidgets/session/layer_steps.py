"""The step that puts columns through a layer, as a form shows it: which layer, and that layer's settings under "layer.name"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from engine.data import Column, PreparingLayer
from engine.types import Array, Config

from ..document.catalogue import form_fields
from ..messages import Control, Field, Json

LAYER = "layer"
_WITHIN = f"{LAYER}."
# Of weights, of arrays of several axes, and what a form cannot write.
_NOT_SHOWN = ("trainable", "sparse", "axis", "bin_boundaries", "mask_token", "oov_token", "vocabulary")


def fields_of(step: PreparingLayer, declared: Sequence[Field]) -> list[Field]:
    """The declared fields of the step, the layer as a choice, and the settings of the chosen one."""
    layer = cast("Mapping[str, Config]", step.get_config()[LAYER])
    name, settings = str(layer["class_name"]), layer["config"]
    made: list[Field] = []
    for field in declared:
        if field["name"] == LAYER:
            control: Control = {"kind": "choice", "options": list(step.layers)}
            made.append({**field, "control": control, "value": name, "default": name})
        else:
            made.append(field)
    for field in form_fields(name):
        if field["name"] not in _NOT_SHOWN:
            value = cast("Json", settings.get(field["name"], field["default"]))
            made.append({**field, "name": f"{_WITHIN}{field['name']}", "value": value})
    return made


def changed(step: PreparingLayer, field: str, value: object, columns: Sequence[Column], rows: Array) -> Config | None:
    """The step's config with another layer, or another setting of it; None where the field is of neither.

    columns: those that it changes, before it. rows: those that are trained on.
    """
    config = step.get_config()
    if field == LAYER and isinstance(value, str) and value in step.layers:
        return PreparingLayer.begun_with(value, columns, rows).get_config()
    if field.startswith(_WITHIN):
        layer = cast("Mapping[str, Config]", config[LAYER])
        settings = {**layer["config"], field.removeprefix(_WITHIN): value}
        return {**config, LAYER: {**layer, "config": settings}}
    return None
