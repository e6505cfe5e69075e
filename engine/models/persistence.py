"""Models to text and files and back: JSON, YAML, Keras 2's HDF5.

Reading looks at the whole file first and changes a model only when all of it fits.
"""

from __future__ import annotations

import io
import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeAlias

from .._declared import registry, rules
from .._declared.keras1_layouts import with_layouts
from .._declared.remembered import remembered_in
from .._files import hdf5, text
from .._files.guarded_hdf5 import Storage, StoredShapes
from .._files.hdf5 import BACKEND, KERAS_VERSION
from .._files.keras3_config import of_keras2
from .._files.keras_calls import with_all_sources
from .._files.plain_model import LeftOut
from .._files.storages import storage_of
from .._graph.tensor import Variable
from ..errors import EngineError, FileError, SettingError, ShapeError, shorten
from ..layers.base import Layer
from ..types import Array, Config, CustomObjects, FilePath, JsonOptions, YamlOptions
from .attributes import trainer_of
from .keras3_optimizer import restore_slots
from .network import Network
from .stored_compile import compile_settings
from .stored_weights import RATES, NamedArrays, in_another_layout, in_own_layout, slots_in_own_order, stored_weights

if TYPE_CHECKING:
    import h5py
    from typing_extensions import Unpack

File: TypeAlias = "FilePath | h5py.Group | BinaryIO"
"""A path, an open h5py file or group, or a binary file object."""

_SMALL_FILE = 2**22  # numbers that may be read before anybody asks whether they fit the model


def architecture(model: Network) -> Config:
    """{class_name, config, keras_version, backend}."""
    name = "Sequential" if model.model_kind == "stack" else "Model"
    _check_names(model)
    return {"class_name": name, "config": model.get_config(), "keras_version": KERAS_VERSION, "backend": BACKEND}


def _check_names(model: Network) -> None:
    """Raise SettingError for names that no file may have, in a model and the models inside."""
    rules.name.check(model.name, f"name of a {type(model).__name__}")
    check_names_of(model.layers)
    for layer in model.layers:
        if isinstance(layer, Network) and layer is not model:
            _check_names(layer)


def check_names_of(layers: Sequence[Layer]) -> None:
    """Raise SettingError for names that no file may have: those set after a layer was made are checked by nobody else."""
    names: set[str] = set()
    for layer in layers:
        rules.name.check(layer.name, f"name of a {type(layer).__name__}")
        if layer.name in names:
            where, expected = f"name of a {type(layer).__name__}", "a name of its own for each layer"
            raise SettingError(where=where, expected=expected, actual=f"{layer.name!r} twice")
        names.add(layer.name)


def to_json(model: Network, **kwargs: Unpack[JsonOptions]) -> str:
    """The architecture as JSON, on one line or indented; further arguments go to json.dumps."""
    if set(kwargs) <= {"indent"} and not isinstance(indent := kwargs.get("indent"), str):
        return text.write_json(architecture(model), indent)
    return json.dumps(json.loads(text.write_json(architecture(model))), **kwargs)


def to_yaml(model: Network, **kwargs: Unpack[YamlOptions]) -> str:
    """The architecture as YAML: lists and plain values only; further arguments go to yaml.safe_dump."""
    written = text.write_yaml(architecture(model))
    if not kwargs:
        return written
    import yaml

    kwargs.setdefault("sort_keys", False)
    return yaml.safe_dump(yaml.safe_load(written), **kwargs)


def build(config: object, custom_objects: CustomObjects | None = None) -> Any:
    """The model of a config {class_name, config}; see `loading.model_from_config`."""
    if not isinstance(config, Mapping) or not isinstance(config.get("class_name"), str):
        raise SettingError(
            where="model config", expected="a mapping with class_name and config", actual=shorten(config)
        )
    name = "Model" if config["class_name"] == "Functional" else config["class_name"]
    cls = registry.find("layer", name, custom_objects, "model config")
    if not (isinstance(cls, type) and issubclass(cls, Network)):
        raise SettingError(where="model config", expected="class_name Sequential or Model", actual=config["class_name"])
    settings: Any = with_layouts(with_all_sources(of_keras2(config))).get("config")
    with registry.custom_object_scope(custom_objects or {}):
        return cls.from_config(settings)


def weights_of(layers: Sequence[Layer]) -> list[tuple[str, NamedArrays]]:
    """The weights of layers as (layer name, [(weight name, array)]), in order."""
    check_names_of(layers)
    return [(layer.name, _named_arrays(stored_weights(layer))) for layer in layers]


def _named_arrays(weights: Sequence[Variable]) -> list[tuple[str, Array]]:
    """Each weight with its name; variables of a program's own may have none, or the same."""
    names: list[str] = []
    for weight in weights:
        name = base = str(weight.name) if weight.name else "variable"
        count = 1
        while name in names:
            name, count = f"{base}_{count}", count + 1
        names.append(name)
    return [(name, weight.host()) for name, weight in zip(names, weights, strict=True)]


def _tell_skipped(layer: Layer, expected: str, actual: str) -> None:
    warnings.warn(f"{layer.where} keeps its weights: expected {expected}, found {actual} in the file.", stacklevel=4)


def save_weights(model: Network, filepath: File, overwrite: bool = True) -> None:
    """Write the weights as a Keras 2 HDF5 file, whole or not at all."""
    storage = storage_of(filepath, writing=True)
    _check_overwrite(storage, overwrite)
    hdf5.write_weights(storage, weights_of(model.kept_layers))


def load_weights(
    model: Network, filepath: File, by_name: bool = False, skip_mismatch: bool = False, reshape: bool = False
) -> None:
    """Read weights into the layers, by order or by name; all or nothing.

    Raises:
        FileError: the file is broken or does not fit; the message names layer and shapes.
    """
    storage = storage_of(filepath)
    where = _name_of(storage)
    check = None if by_name or skip_mismatch else _about_as_many(model.kept_layers, where)
    loaded = hdf5.read_weights(storage, check)
    assign(_layers_as_in(loaded, model), loaded, where, by_name, skip_mismatch, reshape)


def _layers_as_in(loaded: hdf5.Loaded, model: Network) -> Sequence[Layer]:
    """The layers of the model in the order that a file has."""
    in_former_order = loaded.former_order and model.model_kind == "graph" and model.layers
    return model.graph.former_layers if in_former_order else model.kept_layers


def assign(
    layers: Sequence[Layer],
    loaded: hdf5.Loaded,
    where: str,
    by_name: bool = False,
    skip_mismatch: bool = False,
    reshape: bool = False,
) -> None:
    """Check that loaded weights fit the layers, then set them."""
    pairs = _paired(layers, loaded, where, by_name)
    chosen: list[tuple[Variable, Array]] = []
    for layer, stored in pairs:
        variables = stored_weights(layer)
        arrays = in_own_layout(layer, stored, loaded.keras_version, loaded.backend)
        if len(variables) != len(arrays):
            if skip_mismatch:
                _tell_skipped(layer, f"{len(variables)} weights", str(len(arrays)))
                continue
            expected = f"{len(variables)} weights for {layer.where}"
            raise FileError(file=where, expected=expected, actual=str(len(arrays)))
        for variable, (name, array) in zip(variables, arrays, strict=True):
            if variable.shape != array.shape and reshape and variable.size == array.size:
                array = array.reshape(variable.shape)
            if variable.shape != array.shape:
                if skip_mismatch:
                    _tell_skipped(layer, f"shape {variable.shape} for {name}", f"shape {array.shape}")
                    continue
                raise FileError(
                    file=where,
                    expected=f"shape {variable.shape} for weight {shorten(name)} of {layer.where}",
                    actual=f"shape {array.shape}",
                )
            chosen.append((variable, array))
    for variable, array in chosen:
        variable.assign(array)


def _paired(layers: Sequence[Layer], loaded: hdf5.Loaded, where: str, by_name: bool) -> list[tuple[Layer, NamedArrays]]:
    if by_name:
        table = dict(loaded)
        return [(layer, table[layer.name]) for layer in layers if layer.name in table]
    ours = [layer for layer in layers if layer.weights]
    theirs = [arrays for _, arrays in loaded if arrays]
    if len(ours) != len(theirs):
        raise FileError(
            file=where,
            expected=f"{len(ours)} layers with weights",
            actual=str(len(theirs)),
            hint="Use by_name=True to load the layers that have the same name.",
        )
    return list(zip(ours, theirs, strict=True))


def save_model(model: Network, filepath: File, overwrite: bool = True, include_optimizer: bool = True) -> None:
    """Write architecture, weights, compile settings and optimizer state as a Keras 2 HDF5 file.

    Args:
        model: the model.
        filepath: a path (written whole or not at all), an open h5py file or group, or a binary file object.
        overwrite: whether a file that there is may be replaced, True by default.
        include_optimizer: whether compile settings and optimizer state are written too, True by default.

    Raises:
        FileError: the file exists and may not be replaced.

    Example:
        >>> import io
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> file = io.BytesIO()
        >>> save_model(Sequential([Dense(2, input_dim=4)]), file)
        >>> from engine.models import load_model
        >>> load_model(file).count_params()
        10
    """
    storage = storage_of(filepath, writing=True)
    _check_overwrite(storage, overwrite)
    write(model, storage, include_optimizer)


def write(
    model: Network,
    storage: Storage,
    include_optimizer: bool = True,
    training_state: Sequence[tuple[str, Array]] | None = None,
) -> None:
    """Write a model, and for a checkpoint where its training stands."""
    training, slots = training_of(model) if include_optimizer else (None, None)
    hdf5.write_model(storage, architecture(model), training, weights_of(model.kept_layers), slots, training_state)


class ModelCopy(NamedTuple):
    """All that a model's file holds, for a thread that writes it while the model is trained on."""

    config: Config
    training: Config | None
    weights: list[tuple[str, NamedArrays]]
    slots: NamedArrays | None

    def write(self, storage: Storage, training_state: Sequence[tuple[str, Array]] | None = None) -> None:
        """As `write` would have written the model when it was copied.

        It is not read back, which takes as long as writing it: a training goes on meanwhile, and there is an earlier copy.
        """
        hdf5.write_model(storage, *self, training_state, read_back=False)

    @property
    def nbytes(self) -> int:
        """Size of the arrays."""
        arrays = [array for _, named in self.weights for _, array in named] + [array for _, array in self.slots or ()]
        return sum(array.nbytes for array in arrays)


def copied(model: Network, config: Config | None = None) -> ModelCopy:
    """A copy of a model's weights and slots; config: its architecture, where that is known already."""
    training, slots = training_of(model)
    weights = [
        (layer, [(name, array.copy()) for name, array in named]) for layer, named in weights_of(model.kept_layers)
    ]
    return ModelCopy(architecture(model) if config is None else config, training, weights, slots)


def training_of(model: Network) -> tuple[Config | None, NamedArrays | None]:
    """What a model was compiled with, and copies of its optimizer's slots."""
    optimizer = trainer_of(model).optimizer
    if optimizer is None:
        return None, None
    values = optimizer.get_weights() if optimizer.started else []
    name = type(optimizer).__name__
    return training_config(model), [
        (f"training/{name}/Variable_{i}:0", value) for i, value in enumerate(values)
    ] or None


def training_config(model: Network) -> Config | None:
    """What the model was compiled with, as its file says it; None where it was not."""
    trainer = trainer_of(model)
    if trainer.optimizer is None:
        return None
    arguments = trainer.arguments
    return {
        "optimizer_config": registry.serialize("optimizer", trainer.optimizer),
        "loss": _named("loss", arguments.loss),
        "metrics": _named("metric", arguments.metrics),
        "sample_weight_mode": arguments.sample_weight_mode,
        "loss_weights": _named("loss", arguments.loss_weights),
    }


def state_of(model: Network) -> Config:
    """What pickle and copy.deepcopy keep: the HDF5 file of the model, or its config while it has no weights.

    A file has the names of the user's own functions and classes alone. So the configs that remember them go beside it.
    """
    config = architecture(model)
    if not model.built:
        return {"config": config}
    buffer = io.BytesIO()
    save_model(model, buffer)
    state: Config = {"file": buffer.getvalue()}
    training = training_config(model)
    return {**state, "config": config, "training": training} if any(remembered_in([config, training])) else state


def from_state(state: Config) -> Any:
    """The model of what `state_of` gave."""
    if "file" not in state:
        return build(state["config"])
    return _read(io.BytesIO(state["file"]), state)


def load(filepath: File, custom_objects: CustomObjects | None = None, compile: bool = True) -> Any:
    """The model of a file; see `loading.load_model`."""
    return _read(storage_of(filepath), {}, custom_objects, compile)


def _read(storage: Storage, state: Config, custom_objects: CustomObjects | None = None, compile: bool = True) -> Any:
    """The model of a file. state: configs that stand before the file's, as they remember functions (`state_of`)."""
    where, built = _name_of(storage), list[Any]()

    def prepare(config: Config) -> hdf5.Check:
        model = build(state.get("config", config), custom_objects)
        built.append(model)
        return hdf5.Check(_about_as_many(model.kept_layers, where), hdf5.most_slots(_nbytes(model.kept_layers)))

    stored = hdf5.read_model(storage, prepare)
    (model,) = built
    layers = _layers_as_in(stored.layers, model)
    assign(layers, stored.layers, where)
    settings = state.get("training", stored.training_config)
    if compile and settings is not None:
        with registry.custom_object_scope(custom_objects or {}):
            _compile(model, settings, where, stored.layers.keras_version)
        if stored.optimizer_weights:
            _restore_optimizer(model, stored, layers, where)
    return model


def _nbytes(layers: Sequence[Layer]) -> int:
    return sum(weight.nbytes for layer in layers for weight in layer.weights)


def check_sizes(layers: Sequence[Layer], stored: StoredShapes, where: str) -> None:
    """Raise FileError where a file holds far more numbers than the layers."""
    _about_as_many(layers, where)(stored)


def compile_and_restore(
    model: Any, settings: Config, slots: NamedArrays, where: str, custom_objects: CustomObjects | None
) -> None:
    """Compile a model as its file says, and give its optimizer the arrays that the file has."""
    with registry.custom_object_scope(custom_objects or {}):
        _compile(model, settings, where)
    if slots:
        trainer = trainer_of(model).ready()
        trainer.train_step()
        trainer.optimizer.set_weights([array for _, array in slots])


def _about_as_many(layers: Sequence[Layer], where: str) -> hdf5.Shapes:
    """Refuses a file, before its weights are read, that holds far more numbers than the layers: layouts differ, not numbers."""
    ours = sum(weight.size for layer in layers for weight in layer.weights)

    def check(stored: StoredShapes) -> None:
        theirs = sum(math.prod(shape) for _, weights in stored for _, shape in weights)
        if theirs > 4 * ours + _SMALL_FILE:
            raise FileError(file=where, expected=f"weights of {ours} numbers in all", actual=f"{theirs} numbers")

    return check


def _compile(model: Any, settings: Config, where: str, keras_version: str | None = None) -> None:
    """Compile a model as its file says. Raises FileError where the file does not say it as Keras does."""
    optimizer = settings.get("optimizer_config")
    hint = "load_model(..., compile=False) reads the model alone."
    if not isinstance(optimizer, dict):
        raise FileError(
            where=f"{where}: training_config",
            file=where,
            expected="a table optimizer_config {class_name, config}",
            actual=shorten(optimizer) if "optimizer_config" in settings else "none",
            hint=hint,
        )
    try:
        model.compile(**compile_settings(settings, model.output_names, keras_version))
    except EngineError as error:
        error.where = f"{where}: training_config, {error.where}" if error.where else f"{where}: training_config"
        error.hint = f"{error.hint} {hint}" if error.hint else hint
        raise


def _restore_optimizer(model: Network, stored: hdf5.ModelFile, layers: Sequence[Layer], file: str) -> None:
    """Set the optimizer's state; where it does not fit (other frozen layers, another Keras), the optimizer begins anew."""
    trainer = trainer_of(model)
    compiled = trainer.ready()
    compiled.train_step()  # this makes the optimizer's slots
    try:
        names = _stored_names(layers, stored.layers)
        trainable = [names.get(variable, str(variable.name)) for variable in model.trainable_weights]
        same_order = [layer for layer in layers if layer.weights] == [one for one in model.kept_layers if one.weights]
        slots = (stored.optimizer_weights or []) if same_order else []
        if str(stored.layers.keras_version).startswith("3"):
            restore_slots(compiled, [array for _, array in slots], model.trainable_weights)
            return
        if len(slots) == 1 and slots[0][0].startswith("iteration") and not slots[0][1]:
            return  # of a model of tf.keras that was compiled and not trained
        if slots and slots[0][0] == "iteration:0":  # tf.keras since 2.11
            restore_slots(compiled, [array for name, array in slots if name not in RATES], model.trainable_weights)
            return
        compiled.optimizer.set_weights(slots_in_own_order(slots, trainable, stored.layers.keras_version))
    except ShapeError as error:
        warnings.warn(
            f"{file}: the optimizer's state does not fit the model, so training goes on with a fresh one: {error} "
            "Layers frozen or set free after compile, and other versions of Keras, leave such files; "
            "compile=False reads the model alone.",
            stacklevel=3,
        )


def _stored_names(layers: Sequence[Layer], loaded: hdf5.Loaded) -> dict[Variable, str]:
    """What a file calls the model's weights.

    Raises:
        ShapeError: they were turned or joined for the layers, as the optimizer's slots would have to be, too.
    """
    names: dict[Variable, str] = {}
    for layer, stored in _paired(layers, loaded, "", by_name=False):
        if in_another_layout(layer, stored, loaded.keras_version, loaded.backend):
            raise ShapeError(
                where=f"optimizer of {layer.where}",
                expected="weights in the layout of Keras 2 with TensorFlow",
                actual=f"those of Keras {loaded.keras_version or 1} with {loaded.backend or 'another backend'}",
            )
        arrays = in_own_layout(layer, stored, loaded.keras_version, loaded.backend)
        names.update(zip(stored_weights(layer), (name for name, _ in arrays), strict=True))
    return names


def _named(kind: str, value: object) -> object:
    """Names in place of functions, configs in place of objects that have one, numbers in place of variables."""
    if isinstance(value, Mapping):
        return {key: _named(kind, one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_named(kind, one) for one in value]
    if isinstance(value, Variable):
        return value.host().tolist()
    return registry.serialize(kind, value) if callable(value) or hasattr(value, "get_config") else value


def _name_of(filepath: File) -> str:
    """How messages name a file."""
    return str(getattr(filepath, "filename", None) or getattr(filepath, "name", None) or filepath)


def refuse_lost(lost: Sequence[LeftOut], form: str) -> None:
    """Raise SettingError, with each layer, where a format cannot hold a model."""
    if lost:
        said = " ".join(f"{one.layer or 'compile'}: {one.what}" for one in lost[:5])
        more = f" And {len(lost) - 5} more." if len(lost) > 5 else ""
        raise SettingError(
            where=f"save as {form}",
            expected="layers that the format has",
            actual=f"{said}{more}".removesuffix("."),
            hint="HDF5 as Keras 2 writes it (save_format='keras2') holds all of it.",
        )


def _check_overwrite(filepath: File, overwrite: bool) -> None:
    if not overwrite and isinstance(filepath, (str, os.PathLike)) and Path(filepath).exists():
        raise FileError(
            file=str(filepath), expected="a new file", actual="an existing one", hint="Pass overwrite=True."
        )
