"""What a run came to, and how its model does on the test set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from engine import experiment as experiments
from engine.experiment import Experiment
from engine.models import Model
from engine.types import Array, ArrayLike

from ..messages import Conclusion
from ..words import conclusions as say
from .in_words import data_in_words, settings_in_words
from .points import finite
from .stream import Stream

T = TypeVar("T")


def conclude(
    stream: Stream,
    model: Model | None,
    experiment: Experiment | None,
    arrays: Mapping[str, ArrayLike] | None = None,
) -> Conclusion:
    """The conclusion of a run that has ended; `test` is None. experiment: None for a run begun in code.

    arrays: what it was trained on, by name.
    """
    status, history = stream.status(), stream.history.copy()
    return Conclusion(
        best=status["best"],
        last=status["logs"],
        test=None,
        seconds=status["seconds"],
        epochs=len(history.epoch),
        parameters=int(model.count_params()) if model is not None else 0,
        settings=_of_model(stream, model) if experiment is None else _of_experiment(experiment, arrays or {}),
    )


def _of_experiment(experiment: Experiment, arrays: Mapping[str, ArrayLike]) -> list[str]:
    data = data_in_words(experiment, arrays)
    return [*([say.trained_on(data)] if data else []), *settings_in_words(experiment)]


def test_score(
    experiment: Experiment, arrays: Mapping[str, ArrayLike], weights: Sequence[Array]
) -> dict[str, float | None]:
    """Loss and metrics on a test set, by name; None for a value that is no number.

    arrays: the test set under the names that the experiment's data have for training. weights: of the trained model.
    A model of its own is made, so that the trained one may be used meanwhile. Raises what the data lack.
    """
    with experiments.seeded(0):
        model = experiments.build_model(dict(experiment))
    model.set_weights(weights)
    x, y = experiments.chosen_arrays(experiment, arrays, model)
    size = experiments.training_of(experiment)["batch_size"]
    score = model.evaluate(x, y, batch_size=size, verbose=0)
    values = score if isinstance(score, list) else [score]
    names = zip(model.metrics_names, values, strict=True)
    return {name: finite(value) for name, value in names}


def test_arrays(keys: Sequence[str], there: Mapping[str, T]) -> dict[str, T] | None:
    """The test set that belongs to the training arrays `keys`: x_train -> x_test, train_images -> test_images.

    there: arrays by name. Gives them under the names of `keys`, or None unless all are there.

    >>> test_arrays(["x_train", "y_train"], {"x_train": 1, "x_test": 2, "y_test": 3})
    {'x_train': 2, 'y_train': 3}
    """
    names = {key: _test_name(key) for key in keys}
    if not names or any(name == key or name not in there for key, name in names.items()):
        return None
    return {key: there[name] for key, name in names.items()}


def _test_name(key: str) -> str:
    name = key.replace("train", "test").replace("Train", "Test").replace("TRAIN", "TEST")
    # Data that are named without "train" may still come as x, y and x_test, y_test.
    return name if name != key else f"{key}_test"


def _of_model(stream: Stream, model: Model | None) -> list[str]:
    optimizer = getattr(model, "optimizer", None)
    size = stream.batch_size
    named = [type(optimizer).__name__] if optimizer is not None else []
    return [*named, *([say.batches_of(size)] if size else [])]
