"""What a builder can begin with: a model made in code, an experiment, its text, a file of either."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TypeAlias, TypeGuard

from engine.describe import classes
from engine.experiment import read_text
from engine.models import Model, load_model
from engine.types import Config

from .document.draft import FIRST_SEED
from .refused import Refused
from .words import builder as say

# Endings of files that hold a model with its weights.
WITH_WEIGHTS = (".h5", ".hdf5")


# A model made in code, an experiment, the text of one, or the path of a file with either.
Beginning: TypeAlias = "Model | Mapping[str, object] | str | os.PathLike[str] | None"


def is_model(model: object) -> TypeGuard[Model]:
    """Whether it can tell its layers and its weights as a model does."""
    return hasattr(model, "to_yaml") and hasattr(model, "get_weights")


def from_file(model: Beginning) -> Beginning:
    """The model of the path of an HDF5 file, compiled where it was; anything else as it is. Raises FileError, OSError."""
    if not isinstance(model, (str, os.PathLike)) or not os.fspath(model).lower().endswith(WITH_WEIGHTS):
        return model
    return load_model(os.fspath(model))


def command_of(model: object) -> dict[str, str]:
    """The document's command that begins with `model`: an engine model, an experiment, a text of one or its path.

    Raises Refused for anything else; FileError, OSError for a file that cannot be read.
    """
    if is_model(model):
        return _paste("json", json.dumps(_experiment_of(model)))
    if isinstance(model, Mapping):
        return _paste("json", json.dumps(dict(model)))
    if not isinstance(model, (str, os.PathLike)):
        raise Refused(say.begins_with_no_model(type(model).__name__))
    text = os.fspath(model)
    # A text has several lines or is JSON; everything else is a path.
    if "\n" not in text and not text.lstrip().startswith("{"):
        text = read_text(text)
    return _paste("json" if text.lstrip().startswith("{") else "yaml", text)


def _paste(form: str, text: str) -> dict[str, str]:
    return {"do": "paste", "format": form, "text": text}


def _experiment_of(model: Model) -> Config:
    """A model made in code as an experiment; what of `compile` has no name (a function of your own) is left out."""
    experiment = json.loads(model.to_json())
    if getattr(model, "optimizer", None) is not None:
        training: Config = {"optimizer": classes.serialize("optimizer", model.optimizer), "seed": FIRST_SEED}
        if isinstance(model.loss, str):
            training["loss"] = model.loss
        elif isinstance(model.loss, (list, tuple, dict)) and model.loss:
            named = (
                model.loss if isinstance(model.loss, dict) else dict(zip(model.output_names, model.loss, strict=False))
            )
            training["loss"] = {name: loss for name, loss in named.items() if isinstance(loss, str)}
        if isinstance(model.metrics, (list, tuple)):
            training["metrics"] = [name for name in model.metrics if isinstance(name, str)]
        experiment["training"] = training
    return experiment
