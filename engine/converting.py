"""Models from one format to another: `python -m engine convert IN OUT`, what is read, what is written, what is left out.

Formats are known by what a file holds when it is read, by the name of the new file when it is written.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ._code.neighbours import neighbours_of
from ._code.program import read_python
from ._files import files, text
from ._files.json_text import write_json
from ._files.kinds import kind_of
from ._files.plain_model import LeftOut
from .errors import FileError
from .models import Model, model_from_config
from .models.caffe import write_caffemodel, write_prototxt
from .models.formats import MODELS, SaveFormat, format_of, load, save_model, save_weights
from .models.keras3_config import written_model
from .models.persistence import architecture, refuse_lost
from .models.tf_keras_config import written_config
from .types import CustomObjects

CODE = ("python", "notebook")
TEXTS = (".json", ".yaml", ".yml")
ENDINGS = (".keras", ".h5", ".hdf5", ".weights.h5", *TEXTS)
# Writers of further formats by their endings; each gives what the format cannot say.
WRITERS: dict[str, Callable[[Model, str], list[LeftOut]]] = {
    ".prototxt": write_prototxt,
    ".caffemodel": write_caffemodel,
}


@dataclass(frozen=True)
class Conversion:
    """What became of a conversion.

    Args:
        model: the model that was read.
        left_out: what the new file does not say of it, as sentences.
    """

    model: Model
    left_out: tuple[str, ...]


def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    save_format: str | None = None,
    told: Callable[[str], None] = lambda line: None,
    custom_objects: CustomObjects | None = None,
) -> Conversion:
    """Write the model of one file as another.

    Args:
        source: a file with a model: HDF5 of Keras 1 to 3, `.keras`, a folder with a SavedModel, JSON, YAML, Keras code.
        target: the new file; its ending says what it holds: `.keras`, `.h5`, `.weights.h5`, `.json`, `.yaml`.
        save_format: whose HDF5 or JSON it is: "keras2" (the default), "tf.keras" or "keras" (Keras 3).
        told: is called with a line for each step; nothing by default.
        custom_objects: classes and functions of your own that the source names; for a Lambda also what it does, as
            {"lambda_1": "l2_normalize"} (docs/files.md); None, the default: none.

    Returns:
        The model, and what is left out.

    Raises:
        FileError: the source holds no model, or the target has another ending.
        SettingError: the new format cannot say what a layer does; the message lists the layers, nothing is written.
        OSError: a file cannot be read or written.

    Example:
        >>> import tempfile
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     Sequential([Dense(2, input_dim=3)]).save(f"{folder}/a.h5")
        ...     convert(f"{folder}/a.h5", f"{folder}/a.keras").left_out
        ()
    """
    read, written = os.fspath(source), os.fspath(target)
    ending = _ending(written)
    left_out: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        told(f"reading {read}: {kind_of(read).what}")
        model = model_of(read, custom_objects=custom_objects)
        layers = len(model.layers)
        told(f"writing {written}: {layers} layers, {model.count_params() if model.built else 0} weights")
        left_out += _write(model, written, ending, save_format)
    if ending in (*TEXTS, ".prototxt") and model.weights:
        told("the new file holds the layers; .keras and .h5 hold their weights too")
    left_out += [str(one.message) for one in caught if issubclass(one.category, UserWarning)]
    return Conversion(model, tuple(dict.fromkeys(left_out)))


def _ending(path: str) -> str:
    """The known ending of a new file. Raises FileError for another."""
    known = (*ENDINGS, *WRITERS)
    ending = next((one for one in sorted(known, key=len, reverse=True) if path.lower().endswith(one)), None)
    if ending is None:
        hint = "Programs are written by: python -m kwidgets export MODEL --to keras3 (or tf.keras, keras2, engine)."
        raise FileError(file=path, expected=f"a name ending in {', '.join(known)}", actual=path, hint=hint)
    return ending


def model_of(path: str, compile: bool = True, custom_objects: CustomObjects | None = None) -> Model:
    """The model of a file of any known format, known by its content.

    Args:
        path: the file, or the folder of a SavedModel.
        compile: whether it is compiled as its file says, True by default.
        custom_objects: classes and functions of your own that the file names.

    Returns:
        The model; one of a text or a program has fresh weights.

    Raises:
        FileError: there is no model in it.
    """
    kind = kind_of(path)
    if kind.name in MODELS:
        return load(path, custom_objects, compile)
    if kind.name in CODE:
        program = read_python(files.read_text(path), path, neighbours_of(path))
        return model_from_config(program.experiment, custom_objects)
    if not kind.readable:
        raise FileError(file=path, expected="a file with a model", actual=kind.what, hint=kind.use)
    return model_from_config(text.read_any(files.read_text(path), path), custom_objects)


def _write(model: Model, path: str, ending: str, save_format: str | None) -> list[str]:
    if ending in WRITERS:
        return [f"{one.layer or 'model'}: {one.what}" for one in WRITERS[ending](model, path)]
    if ending == ".weights.h5":
        save_weights(model, path)
    elif ending in TEXTS:
        files.write_text(path, text_of(model, ending, format_of(path, save_format)))
    else:
        save_model(model, path, save_format=save_format)
    return []


def text_of(model: Model, ending: str, form: SaveFormat) -> str:
    """The architecture as JSON or YAML, in the words of one Keras.

    Args:
        model: the model.
        ending: ".json" or ".yaml".
        form: "keras2", "tf.keras" or "keras".

    Returns:
        The text.

    Raises:
        SettingError: that Keras cannot say what a layer does.
    """
    config: Any = architecture(model)
    lost: list[LeftOut] = []
    if form == "keras":
        config = written_model(model, lost)
        refuse_lost(lost, "JSON of Keras 3")
    elif form == "tf.keras":
        config = {**config, "config": written_config(model, config["config"], lost), "keras_version": "2.15.0"}
        refuse_lost(lost, "JSON of tf.keras")
    return f"{write_json(config, 1)}\n" if ending == ".json" else text.write_yaml(config)
