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

    Returns:
        A Model or a Sequential, not compiled.

    Raises:
        GraphError: the layers do not fit together.
        UnknownName: there is no class of a name; the message has the nearest one.
        SettingError: a setting has a value that it may not have, or the config another form.

    Example:
        >>> model_from_config({"class_name": "Sequential", "config": {"name": "empty", "layers": []}}).name
        'empty'
    """
    return persistence.build(config, custom_objects)


def model_from_json(json_string: str, custom_objects: CustomObjects | None = None) -> Model:
    """The model of a JSON text, with fresh weights; errors as for `model_from_config`.

    Args:
        json_string: what `to_json` returned.
        custom_objects: classes and functions of your own that the text names.

    Returns:
        A Model or a Sequential, not compiled.

    Example:
        >>> from engine.models import Sequential
        >>> model_from_json(Sequential(name="empty").to_json()).name
        'empty'
    """
    return model_from_config(text.read_json(json_string), custom_objects)


def model_from_yaml(yaml_string: str, custom_objects: CustomObjects | None = None) -> Model:
    """The model of a YAML text, with fresh weights; errors as for `model_from_config`.

    Args:
        yaml_string: what `to_yaml` returned; further top-level keys (layout, data, training) are ignored.
        custom_objects: classes and functions of your own that the text names.

    Returns:
        A Model or a Sequential, not compiled.

    Example:
        >>> from engine.models import Sequential
        >>> model_from_yaml(Sequential(name="empty").to_yaml()).name
        'empty'
    """
    return model_from_config(text.read_yaml(yaml_string), custom_objects)


def load_model(filepath: File, custom_objects: CustomObjects | None = None, compile: bool = True) -> Model:
    """The model of a file that `save_model` or Keras 2 wrote, compiled as it was.

    Args:
        filepath: as for `save_model`.
        custom_objects: classes and functions of your own that the file names.
        compile: False leaves the model uncompiled, whatever the file holds; True by default.

    Returns:
        A Model or a Sequential with the weights of the file.

    Raises:
        FileError: the file is broken, or no model's.
        UnknownName: the file names a class or function that is not known.

    Example:
        >>> import io
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential, save_model
        >>> file = io.BytesIO()
        >>> save_model(Sequential([Dense(2, input_dim=4)]), file)
        >>> load_model(file).count_params()
        10
    """
    return persistence.load(filepath, custom_objects, compile)
