"""Models from text and files, as users read them: typed doors to `persistence`."""

from __future__ import annotations

from .._files import text
from .._files.kinds import MODEL_YAML, kind_of_text
from ..errors import FileError, SettingTypeError, shorten
from ..types import CustomObjects
from . import formats, persistence
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
    return model_from_config(text.read_json(_of_a_model(json_string, "JSON")), custom_objects)


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
    return model_from_config(text.read_yaml(_of_a_model(yaml_string, "YAML")), custom_objects)


def _of_a_model(written: object, form: str) -> str:
    """The text, if it may be a model's. Raises FileError for a path, and for a text of another kind."""
    expected, where = f"the {form} of a model", f"<{form} text>"
    if isinstance(written, (bytes, bytearray)):
        written = bytes(written).decode("utf-8")
    if not isinstance(written, str):
        hint = "Give the text: open(path).read()."
        raise SettingTypeError(where=where, expected=expected, actual=shorten(written), hint=hint)
    if "\n" not in written and written.lower().endswith((".json", ".yaml", ".yml", ".h5", ".hdf5")):
        hint = "Give its text, open(path).read(); load_model takes the path of an HDF5 file."
        raise FileError(file=where, expected=expected, actual=f"the path {shorten(written)}", hint=hint)
    text.refuse_other_kinds(written, where, expected)
    if form == "JSON" and kind_of_text(written) is MODEL_YAML:
        raise FileError(file=where, expected=expected, actual="YAML", hint="model_from_yaml reads it.")
    return written


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
    return formats.load(filepath, custom_objects, compile)
