"""Random models x forms of data x entry points, and the laws that hold for all: see `check`.

The models are those that tests/golden/random_models.py draws by a number; everything else is drawn from the same number. Used
by the ordinary tests for some hundred numbers and by `python -m tests.long trainings` for as many as wanted.
"""

from __future__ import annotations

import copy
import gc
import io
import json
import pickle
import warnings
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine import backend as K
from engine import losses, metrics, optimizers
from engine._machine.random import seeded
from engine.callbacks import Callback
from engine.models import Model, clone_model, load_model, model_from_json, model_from_yaml
from engine.utils import Sequence
from tests.keras.drawn_models import random_models

SAMPLES, BATCH = 6, 4
Arrays = list[np.ndarray]


@dataclass
class Trial:
    """A drawn model with data: arrays in the order of inputs and outputs, float32 or whole numbers."""

    case: random_models.Case
    x: Arrays
    y: Arrays
    weights: dict[str, np.ndarray]
    names: list[str]
    outputs: list[str]
    template: Model
    has_objects: bool

    def model(self) -> Model:
        """A model of its own, compiled, with the weights that all models of the trial begin with."""
        model = model_from_json(json.dumps(self.case.config))
        random_models.prepared(model, self.case)
        self.compile(model)
        return model

    def compile(self, model: Model) -> None:
        """Compile as the case says."""
        name, settings = self.case.optimizer
        of_targets = {target.name: target.loss for target in self.case.targets}
        model.compile(
            getattr(optimizers, name)(**settings),
            {key: OBJECTS[loss]() for key, loss in of_targets.items()} if self.has_objects else of_targets,
            metrics={key: counted(loss) for key, loss in of_targets.items()} if self.has_objects else None,
            loss_weights={target.name: target.weight for target in self.case.targets},
            sample_weight_mode={t.name: "temporal" for t in self.case.targets if t.sample_weights == "temporal"}
            or None,
        )


# The losses as objects of Keras 2.3, which every sixth model has, beside metrics that are objects.
OBJECTS: dict[str, Callable[[], losses.Loss]] = {
    "mean_squared_error": losses.MeanSquaredError,
    "mean_absolute_error": losses.MeanAbsoluteError,
    "mean_absolute_percentage_error": losses.MeanAbsolutePercentageError,
    "mean_squared_logarithmic_error": losses.MeanSquaredLogarithmicError,
    "hinge": losses.Hinge,
    "squared_hinge": losses.SquaredHinge,
    "categorical_hinge": losses.CategoricalHinge,
    "logcosh": losses.LogCosh,
    "poisson": losses.Poisson,
    "cosine_proximity": losses.CosineSimilarity,
    "kullback_leibler_divergence": losses.KLDivergence,
    "binary_crossentropy": losses.BinaryCrossentropy,
    "categorical_crossentropy": losses.CategoricalCrossentropy,
    "sparse_categorical_crossentropy": losses.SparseCategoricalCrossentropy,
}


def counted(loss: str) -> list[metrics.Metric]:
    """Metrics that count on from batch to batch, which suit a loss's targets."""
    if loss == "sparse_categorical_crossentropy":
        return [metrics.SparseCategoricalAccuracy()]
    return [metrics.RootMeanSquaredError()]


def trial(number: int) -> Trial:
    """The trial of this number. Every number of the data is a multiple of 1/8, so that narrow types hold it too."""
    case = random_models.case(number)
    x = [
        a if a.dtype.kind == "i" else np.round(a * 8).astype("float32") / 8 for a in random_models.feeds(case, SAMPLES)
    ]
    y = [random_models.targets_for(case, target, SAMPLES).astype("float32") for target in case.targets]
    weights = {t.name: random_models.sample_weights_for(case, t, SAMPLES) for t in case.targets}
    weights = {name: w.astype("float32") for name, w in weights.items() if w is not None}
    template = model_from_json(json.dumps(case.config))
    return Trial(
        case,
        x,
        y,
        weights,
        [name for name, *_ in case.inputs],
        [t.name for t in case.targets],
        template,
        number % 2 == 1,
    )


# Forms of the same numbers: one array -> the same in another form, or None where it has no such form.


def _reversed(a: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(a[::-1])[::-1]


def _read_only(a: np.ndarray) -> np.ndarray:
    a = a.copy()
    a.flags.writeable = False
    return a


def _strided(a: np.ndarray) -> np.ndarray:
    wide = np.zeros((*a.shape[:-1], 2 * a.shape[-1]), a.dtype)
    wide[..., ::2] = a
    return wide[..., ::2]


def _frame(a: np.ndarray) -> pd.DataFrame | None:
    return pd.DataFrame(a, index=np.arange(len(a))[::-1]) if a.ndim == 2 else None


def _object_frame(a: np.ndarray) -> pd.DataFrame | None:
    return pd.DataFrame(a.astype(object), index=list("jihgfedcba")[: len(a)]) if a.ndim == 2 else None


def _bytes_of(dtype: str) -> Callable[[np.ndarray], np.ndarray | None]:
    def convert(a: np.ndarray) -> np.ndarray | None:
        converted = a.astype(dtype)
        return converted if np.array_equal(converted, a) else None

    return convert


FORMS: dict[str, Callable[[np.ndarray], object]] = {
    "array": lambda a: a,
    "float64": lambda a: a.astype("float64"),
    "float16": _bytes_of("float16"),
    "uint8": _bytes_of("uint8"),
    "int64": _bytes_of("int64"),
    "bool": _bytes_of("bool"),
    "big-endian": lambda a: a.astype(a.dtype.newbyteorder(">")),
    "read-only": _read_only,
    "negative strides": _reversed,
    "every second column": _strided,
    "by columns": np.asfortranarray,
    "masked array": lambda a: np.ma.MaskedArray(a),
    "objects": lambda a: a.astype(object),
    "list": lambda a: a.tolist(),
    "frame": _frame,
    "frame of objects": _object_frame,
    "list of rows": lambda a: list(a),
}
WEIGHT_FORMS = {
    **{name: FORMS[name] for name in ("float64", "big-endian", "read-only", "negative strides", "list", "objects")},
    "frame": lambda a: pd.Series(a, index=np.arange(len(a))[::-1]) if a.ndim == 1 else a,
}


def formed(arrays: Arrays, names: list[str], form: str, by_name: bool) -> object:
    """The arrays in the form: one, a list, or a dict by name."""
    items = []
    for array in arrays:
        item = FORMS[form](array)
        items.append(array if item is None else item)
    if by_name:
        return dict(zip(names, items, strict=True))
    return items[0] if len(items) == 1 else items


# Entry points: each trains on all samples in order, in batches of BATCH.


def weights_of(t: Trial, form: str, by_name: bool) -> object:
    """The samples' weights in the form: a dict by name, or a list with None for outputs without."""
    if not t.weights:
        return None
    convert = WEIGHT_FORMS.get(form, FORMS["array"])
    weights = {name: convert(w) for name, w in t.weights.items()}
    return weights if by_name else [weights.get(name) for name in t.outputs]


def batches(t: Trial, form: str, by_name: bool) -> list[tuple]:
    """What a generator gives in one epoch."""
    parts = []
    for start in range(0, SAMPLES, BATCH):
        rows = slice(start, start + BATCH)
        x = formed([a[rows] for a in t.x], t.names, form if "objects" not in form else "array", by_name)
        y = formed([a[rows] for a in t.y], t.outputs, "array", by_name)
        weights = {name: w[rows] for name, w in t.weights.items()}
        weights = weights if by_name else [weights.get(name) for name in t.outputs]
        parts.append((x, y, weights) if t.weights else (x, y))
    return parts


class Batches(Sequence):
    """Batches that know their number."""

    def __init__(self, parts: list[tuple]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, index: int) -> tuple:
        return self.parts[index]


def endless(parts: list[tuple]) -> Iterator[tuple]:
    """The batches again and again."""
    while True:
        yield from parts


def _by_arrays(m: Model, t: Trial, form: str, by_name: bool) -> None:
    m.fit(
        formed(t.x, t.names, form, by_name),
        formed(t.y, t.outputs, form, by_name),
        batch_size=BATCH,
        shuffle=False,
        sample_weight=weights_of(t, form, by_name),
        verbose=0,
    )


def _on_batches(m: Model, t: Trial, form: str, by_name: bool) -> None:
    for part in batches(t, form, by_name):
        m.train_on_batch(*part)


def _with_validation(m: Model, t: Trial, form: str, by_name: bool) -> None:
    x, y = formed(t.x, t.names, form, by_name), formed(t.y, t.outputs, form, by_name)
    settings = {"batch_size": BATCH, "shuffle": False, "sample_weight": t.weights or None, "verbose": 0}
    m.fit(x, y, validation_data=(x, y), **settings)


def _generator(workers: int, named: bool) -> Callable[[Model, Trial, str, bool], None]:
    def train(m: Model, t: Trial, form: str, by_name: bool) -> None:
        source = endless(batches(t, form, by_name))
        if named:
            m.fit_generator(source, steps_per_epoch=2, workers=workers, verbose=0)
        else:
            m.fit(source, steps_per_epoch=2, verbose=0)

    return train


def _sequence(m: Model, t: Trial, form: str, by_name: bool) -> None:
    m.fit_generator(Batches(batches(t, form, by_name)), shuffle=False, verbose=0)


def _fit_sequence(m: Model, t: Trial, form: str, by_name: bool) -> None:
    m.fit(Batches(batches(t, form, by_name)), shuffle=False, verbose=0)


TRAIN: dict[str, Callable[[Model, Trial, str, bool], None]] = {
    "fit": _by_arrays,
    "fit with validation": _with_validation,
    "train_on_batch": _on_batches,
    "fit_generator": _generator(1, True),
    "fit_generator in the caller's thread": _generator(0, True),
    "fit of a generator": _generator(1, False),
    "fit_generator of a Sequence": _sequence,
    "fit of a Sequence": _fit_sequence,
}


def state(model: Model) -> list[np.ndarray]:
    """Weights, slots and the count of steps."""
    slots = model.optimizer.get_weights()
    return [*model.get_weights(), *slots, np.asarray(K.get_value(model.optimizer.iterations))]


def same(a: list[np.ndarray], b: list[np.ndarray], what: str) -> None:
    """Raise AssertionError unless the arrays are the same, bit for bit."""
    assert len(a) == len(b), what
    for one, other in zip(a, b, strict=True):
        np.testing.assert_array_equal(one, other, err_msg=what)


# Ways to keep a model.


def _whole(m: Model, t: Trial) -> Model:
    file = io.BytesIO()
    m.save(file)
    file.seek(0)
    return load_model(file)


def _text_and_weights(read: Callable[[str], Model], write: str) -> Callable[[Model, Trial], Model]:
    def again(m: Model, t: Trial) -> Model:
        other = read(getattr(m, write)())
        file = io.BytesIO()
        m.save_weights(file)
        file.seek(0)
        other.load_weights(file)
        return _going_on(other, m, t)

    return again


def _cloned(m: Model, t: Trial) -> Model:
    other = clone_model(m)
    other.set_weights(m.get_weights())
    return _going_on(other, m, t)


def _going_on(other: Model, m: Model, t: Trial) -> Model:
    t.compile(other)
    other._make_train_function()
    other.optimizer.set_weights(m.optimizer.get_weights())
    return other


KEEP: dict[str, Callable[[Model, Trial], Model]] = {
    "load_model": _whole,
    "JSON": _text_and_weights(model_from_json, "to_json"),
    "YAML": _text_and_weights(model_from_yaml, "to_yaml"),
    "pickle": lambda m, t: pickle.loads(pickle.dumps(m)),
    "deepcopy": lambda m, t: copy.deepcopy(m),
    "clone_model": _cloned,
}


# Calls that must be refused.


def _ending(error: BaseException) -> Callback:
    class Ends(Callback):
        def on_batch_begin(self, batch, logs=None):
            raise error

    return Ends()


REFUSED: dict[str, Callable[[Model, Trial], object]] = {
    "one target too few": lambda m, t: m.fit(t.x, [a[1:] for a in t.y], verbose=0),
    "an axis too many": lambda m, t: m.fit([a[..., None, None] for a in t.x], t.y, verbose=0),
    "another width": lambda m, t: m.train_on_batch([np.repeat(a, 3, -1) for a in t.x], [a[..., :0] for a in t.y]),
    "no such name": lambda m, t: m.fit({"no such input": t.x[0]}, t.y, verbose=0),
    "text": lambda m, t: m.fit([np.full(a.shape, "a") for a in t.x], t.y, verbose=0),
    "a share of 1": lambda m, t: m.fit(t.x, t.y, validation_split=1.0, verbose=0),
    "no samples": lambda m, t: m.fit([a[:0] for a in t.x], [a[:0] for a in t.y], verbose=0),
    "an input too many": lambda m, t: m.fit([*t.x, t.x[0]], t.y, verbose=0),
    "weights of another length": lambda m, t: m.fit(t.x, t.y, sample_weight=[np.ones(3)] * len(t.y), verbose=0),
    "a generator without steps": lambda m, t: m.fit(endless(batches(t, "array", False)), verbose=0),
    "a batch that is none": lambda m, t: m.fit_generator(iter([5]), steps_per_epoch=1, workers=0, verbose=0),
    "an error in a callback": lambda m, t: m.fit(t.x, t.y, callbacks=[_ending(ValueError("mine"))], verbose=0),
    "a wrong file": lambda m, t: m.load_weights(io.BytesIO(b"no file")),
    "weights that do not fit": lambda m, t: m.set_weights([np.zeros((9, 9, 9)) for _ in [*m.get_weights(), 0]]),
    "no such optimizer": lambda m, t: m.compile("no such optimizer", "mse"),
    "no such loss": lambda m, t: m.compile("sgd", "no such loss"),
}  # fmt: skip


BEGUN = {"an error in a callback", "a batch that is none"}  # training had begun, so the history is a new one


def refused(m: Model, t: Trial, what: str) -> None:
    """The call is refused with a message, and changes nothing."""
    before, history = state(m), m.history
    try:
        REFUSED[what](m, t)
    except (ValueError, TypeError, KeyError, OSError) as error:
        assert str(error), what
    else:
        raise AssertionError(f"{what}: not refused")
    same(state(m), before, f"refused: {what}")
    assert m.history is history or what in BEGUN, what


# What is measured and predicted.


def measured_alike(m: Model, t: Trial, form: str, by_name: bool) -> None:
    """Every entry point that measures or predicts gives the same."""
    x, y = formed(t.x, t.names, form, by_name), formed(t.y, t.outputs, form, by_name)
    plain = t.x if len(t.x) > 1 else t.x[0]
    parts = batches(t, form, by_name)
    settings = {"batch_size": BATCH, "sample_weight": weights_of(t, form, by_name), "verbose": 0}
    expected = np.ravel(m.evaluate(plain, t.y if len(t.y) > 1 else t.y[0], **settings))
    np.testing.assert_array_equal(np.ravel(m.evaluate(x, y, **settings)), expected, err_msg="evaluate")
    m.reset_metrics()
    by_batch = [np.ravel(m.test_on_batch(*part, reset_metrics=False)) for part in parts]
    sizes = [min(BATCH, SAMPLES - start) for start in range(0, SAMPLES, BATCH)]
    mean = np.average(by_batch, axis=0, weights=sizes)
    counted_on = [name in m.stateful_metric_names for name in m.metrics_names]
    mean = np.where(counted_on, by_batch[-1], mean) if any(counted_on) else mean
    np.testing.assert_allclose(expected, mean, rtol=2e-5, atol=1e-6, err_msg="test_on_batch")
    generated = m.evaluate_generator(Batches(parts), steps=2)
    np.testing.assert_allclose(np.ravel(generated), expected, rtol=2e-5, atol=1e-6, err_msg="evaluate_generator")
    outputs = listed(m.predict(plain, batch_size=BATCH))
    inputs_only = [part[0] for part in parts]
    for name, others in {
        "predict": listed(m.predict(x, batch_size=BATCH)),
        "predict_generator": listed(m.predict_generator(iter(inputs_only), steps=2)),
        "predict_on_batch": joined([listed(m.predict_on_batch(part)) for part in inputs_only]),
        "K.function": joined([K.function(m.inputs, m.outputs)([a[i : i + BATCH] for a in t.x])
                              for i in range(0, SAMPLES, BATCH)]),
    }.items():  # fmt: skip
        same(outputs, others, name)


def divided_alike(m: Model, t: Trial, begin: list[np.ndarray]) -> None:
    """A share cut off for validation is as data for validation of their own, and two epochs are twice one.

    The model is set back in between: it keeps its plans, which are most of what a training of three batches takes.
    """
    first, rest = ([[a[rows] for a in arrays] for rows in (slice(None, 4), slice(4, None)) for arrays in (t.x, t.y)][i : i + 2]
                   for i in (0, 2))  # fmt: skip
    weights = {name: w[:4] for name, w in t.weights.items()} or None
    tested = {name: w[4:] for name, w in t.weights.items()}
    settings = {"batch_size": 2, "shuffle": False, "verbose": 0}
    whole = {**settings, "sample_weight": t.weights or None, "validation_split": 2 / 6}
    own = {**settings, "sample_weight": weights, "validation_data": (*rest, tested) if tested else tuple(rest)}
    _set_back(m, begin)
    of_share, trained = m.fit(t.x, t.y, epochs=2, **whole).history, state(m)
    _set_back(m, begin)
    of_own = m.fit(*first, epochs=2, **own).history
    same(state(m), trained, "validation_split")
    _set_back(m, begin)
    m.fit(*first, **own)
    m.fit(*first, epochs=2, initial_epoch=1, **own)
    same(state(m), trained, "initial_epoch")
    assert of_share.keys() == of_own.keys()
    for name, values in of_share.items():
        np.testing.assert_array_equal(values, of_own[name], err_msg=name)


def loss_by_hand(m: Model, t: Trial) -> None:
    """The measured loss is that of NumPy's formulas on the predictions, with Keras's weighting, and the penalties."""
    x, targets = [a[:BATCH] for a in t.x], [a[:BATCH] for a in t.y]  # a batch that has its plan already
    sample_weights = {name: w[:BATCH] for name, w in t.weights.items()}
    outputs = m.predict_on_batch(x if len(x) > 1 else x[0])
    total = sum(float(np.sum(p)) for p in K.function(m.inputs, m.losses)(x)) if m.losses else 0.0
    for target, y, output in zip(t.case.targets, targets, listed(outputs), strict=True):
        score = BY_HAND[target.loss](y.astype("float64"), output.astype("float64"))
        weights = sample_weights.get(target.name)
        if weights is not None:
            # An object divides by the number of samples, a function by those that count.
            share = 1 if t.has_objects else max((weights != 0).mean(), 1e-9)
            score = score.mean(tuple(range(weights.ndim, score.ndim))) * weights / share
        total += target.weight * score.mean()
    measured = np.ravel(m.test_on_batch(x, targets, sample_weight=sample_weights or None))[0]
    np.testing.assert_allclose(measured, total, rtol=2e-4, atol=1e-4, err_msg="the loss by hand")


def _cut(p: np.ndarray) -> np.ndarray:
    return np.clip(p, 1e-7, 1 - 1e-7)


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.sqrt(np.maximum((v**2).sum(-1, keepdims=True), 1e-7))


BY_HAND: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "mean_squared_error": lambda y, p: ((y - p) ** 2).mean(-1),
    "mean_absolute_error": lambda y, p: np.abs(y - p).mean(-1),
    "mean_absolute_percentage_error": lambda y, p: (100 * np.abs(y - p) / np.maximum(np.abs(y), 1e-7)).mean(-1),
    "mean_squared_logarithmic_error": lambda y, p: ((np.log1p(y) - np.log1p(np.maximum(p, 1e-7))) ** 2).mean(-1),
    "hinge": lambda y, p: np.maximum(1 - y * p, 0).mean(-1),
    "squared_hinge": lambda y, p: (np.maximum(1 - y * p, 0) ** 2).mean(-1),
    "categorical_hinge": lambda y, p: np.maximum(1 + ((1 - y) * p).max(-1) - (y * p).sum(-1), 0),
    "logcosh": lambda y, p: np.log(np.cosh(p - y)).mean(-1),
    "poisson": lambda y, p: (p - y * np.log(p + 1e-7)).mean(-1),
    "cosine_proximity": lambda y, p: -(_unit(y) * _unit(p)).sum(-1),
    "kullback_leibler_divergence": lambda y, p: (
        np.clip(y, 1e-7, 1) * np.log(np.clip(y, 1e-7, 1) / np.clip(p, 1e-7, 1))
    ).sum(-1),
    "binary_crossentropy": lambda y, p: -(y * np.log(_cut(p)) + (1 - y) * np.log(1 - _cut(p))).mean(-1),
    "categorical_crossentropy": lambda y, p: -(y * np.log(_cut(p / p.sum(-1, keepdims=True)))).sum(-1),
    "sparse_categorical_crossentropy": lambda y, p: (
        -np.log(_cut(np.take_along_axis(p / p.sum(-1, keepdims=True), y.astype(int), -1)))[..., 0]
    ),
}


def listed(outputs: np.ndarray | Arrays) -> Arrays:
    """A list also of one output."""
    return outputs if isinstance(outputs, list) else [outputs]


def joined(parts: list[Arrays]) -> Arrays:
    """The outputs of all batches."""
    return [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]


# The laws.


def check(number: int, choices: list[tuple[str, str, bool]], keep: str, refusal: str, collect: bool = False) -> int:
    """Check the laws for the model of this number; gives how many combinations of entry point and form were tried.

    1. Training by any entry point, on data in any form, gives the weights, slots and step count of `fit` on arrays.
    2. Every entry point that measures or predicts gives the same, and so does the loss by hand; a share for validation is
       as data of their own.
    3. A model kept and read at any moment goes on with the same numbers.
    4. A refused call changes nothing.
    5. What is dropped is given back (`collect`).
    """
    t = trial(number)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models = [t.model(), t.model()]
        if not t.case.noisy:
            models[1]._make_train_function()  # makes the slots
        begin = state(models[1])
        expected = _trained(models[0], t, ("fit", "array", False), number)
        for index, choice in enumerate(choices):
            if index and t.case.noisy:  # a second run would draw other numbers
                models[1] = t.model()
            elif index:
                _set_back(models[1], begin)
            same(_trained(models[1], t, choice, number), expected, f"model {number}: {choice}")
        measured_alike(models[1], t, *choices[0][1:])
        if not has_mask(models[1]):
            loss_by_hand(models[1], t)
        if not t.case.noisy:
            divided_alike(models[1], t, begin)
        model = models[0]
        refused(model, t, refusal)
        again = KEEP[keep](model, t)
        same(again.get_weights(), model.get_weights(), f"model {number}: {keep}")
        if not t.case.noisy:
            _on_batches(model, t, "array", False)
            _on_batches(again, t, "array", False)
            same(state(again), state(model), f"model {number}: going on after {keep}")
        if collect:
            models.append(again)
            gone = [weakref.ref(one) for one in models]
            del models, model, again
            gc.collect()
            assert [ref() for ref in gone] == [None] * 3, f"model {number}: not given back"
    return len(choices)


def has_mask(model: Model) -> bool:
    """Whether an output leaves out steps, which the loss by hand does not know."""
    return any(getattr(y, "_mask", None) is not None for y in model.outputs)


def _trained(model: Model, t: Trial, choice: tuple[str, str, bool], number: int) -> list[np.ndarray]:
    """The model's state after one pass through the data."""
    entry, form, by_name = choice
    with seeded(number):
        TRAIN[entry](model, t, form, by_name)
    return state(model)


def _set_back(model: Model, begin: list[np.ndarray]) -> None:
    """Weights, slots and step count as they were in the beginning."""
    weights = len(model.get_weights())
    model.set_weights(begin[:weights])
    model.optimizer.set_weights(begin[weights:-1])
    K.set_value(model.optimizer.iterations, begin[-1])
