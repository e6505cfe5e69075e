"""Models from text and files, as users read them: typed doors to `persistence`."""

from __future__ import annotations

from .._files import text
from ..types import CustomObjects
from . import persistence
from .model import Model
from .persistence import File


def model_from_config(config: object, custom_objects: CustomObjects | None = None) -> Model:
    """The model of a config {class_name, config}, with fresh weights.

    Args:
        config: what `to_json` and `to_yaml` write, as plain data.
        custom_objects: classes and functions of your own that the config names.

    Raises:
        GraphError: the layers do not fit together.
        UnknownName: there is no class of a name; the message has the nearest one.
        SettingError: a setting has a value that it may not have, or the config another form.

    >>> model_from_config({"class_name": "Sequential", "config": {"name": "empty", "layers": []}}).name
    'empty'
    """
    return persistence.build(config, custom_objects)


def model_from_json(json_string: str, custom_objects: CustomObjects | None = None) -> Model:
    """The model of a JSON text, with fresh weights; custom_objects and errors as for `model_from_config`."""
    return model_from_config(text.read_json(json_string), custom_objects)


def model_from_yaml(yaml_string: str, custom_objects: CustomObjects | None = None) -> Model:
    """The model of a YAML text, with fresh weights; further top-level keys (layout, data, training) are ignored.

    custom_objects and errors as for `model_from_config`.
    """
    return model_from_config(text.read_yaml(yaml_string), custom_objects)


def load_model(filepath: File, custom_objects: CustomObjects | None = None, compile: bool = True) -> Model:
    """The model of a file that `save_model` or Keras 2 wrote, compiled as it was.

    Args:
        filepath: as for `save_model`.
        custom_objects: classes and functions of your own that the file names.
        compile: False leaves the model uncompiled, whatever the file holds.

    Raises:
        FileError: the file is broken, or no model's.
        UnknownName: the file names a class or function that is not known.
    """
    return persistence.load(filepath, custom_objects, compile)
