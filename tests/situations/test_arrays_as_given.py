"""Arrays of NumPy's other kinds at every door: taken as the numbers they hold; what is masked is refused in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import backend as K
from engine import losses
from engine.errors import DataError
from engine.layers import Dense
from engine.models import Sequential
from engine.preprocessing.image import ImageDataGenerator, img_to_array
from engine.preprocessing.sequence import TimeseriesGenerator, pad_sequences
from engine.utils import Sequence, normalize, to_categorical

RNG = np.random.default_rng(0)
X, Y = RNG.random((12, 4)), RNG.random((12, 2))


def _model() -> Sequential:
    model = Sequential([Dense(3, input_dim=4, kernel_initializer="ones"), Dense(2, kernel_initializer="ones")])
    model.compile("sgd", "mse")
    return model


class _Batches(Sequence):
    def __init__(self, x: Any, y: Any) -> None:
        self.batch = x, y

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: int) -> Any:
        return self.batch


def _endless(x: Any, y: Any) -> Iterator[Any]:
    while True:
        yield x, y


def _trained(train: Callable[[Sequential], object]) -> Any:
    model = _model()
    train(model)
    return model.get_weights()


def _kept(x: Any) -> Any:
    model = _model()
    model.layers[0].set_weights([x[:4, :3], np.zeros(3)])
    return model.get_weights()[0]


def _begun(x: Any) -> Any:
    return Sequential([Dense(3, input_dim=4, kernel_initializer=lambda shape: x[:4, :3])]).get_weights()[0]


def _written(x: Any) -> Any:
    variable = K.variable(np.zeros((12, 4)))
    K.set_value(variable, x)
    return K.get_value(variable)


def _pictures(x: Any) -> Any:
    return ImageDataGenerator().flow(x.reshape(4, 3, 4, 1), batch_size=4, shuffle=False)[0]


# What is done with an array, at every door that takes one.
DOORS: dict[str, Callable[[Any], Any]] = {
    "fit": lambda x: _trained(lambda m: m.fit(x, x[:, :2], epochs=2, shuffle=False, verbose=0)),
    "validation": lambda x: [
        _model().fit(X, Y, validation_data=(x, x[:, :2]), shuffle=False, verbose=0).history["val_loss"]
    ],
    "train_on_batch": lambda x: _trained(lambda m: m.train_on_batch(x, x[:, :2])),
    "fit_generator": lambda x: _trained(lambda m: m.fit_generator(_endless(x, x[:, :2]), 1, verbose=0)),
    "Sequence": lambda x: _trained(lambda m: m.fit(_Batches(x, x[:, :2]), verbose=0)),
    "evaluate": lambda x: _model().evaluate(x, Y, verbose=0),
    "predict": lambda x: _model().predict(x),
    "predict_on_batch": lambda x: _model().predict_on_batch(x),
    "sample_weight": lambda x: _model().evaluate(X, Y, sample_weight=x[:, 0], verbose=0),
    "a layer called": lambda x: _model().layers[0](x),
    "set_weights": _kept,
    "an initializer": _begun,
    "K.function": lambda x: (lambda m: K.function([m.input], [m.output])([x])[0])(_model()),
    "K.variable": lambda x: K.eval(K.variable(x)),
    "K.constant": lambda x: K.eval(K.constant(x)),
    "K.set_value": _written,
    "K.sum": lambda x: K.sum(x),
    "K.cast_to_floatx": K.cast_to_floatx,
    "a loss": lambda x: losses.mean_squared_error(x, x[::-1]),
    "normalize": normalize,
    "to_categorical": lambda x: to_categorical((x * 0 + 1).astype("int64")[:, 0], 3),
    "flow": _pictures,
    "img_to_array": lambda x: img_to_array(x),
    "pad_sequences": lambda x: pad_sequences([x[0], x[1, :2]], dtype="float64"),
    "TimeseriesGenerator": lambda x: TimeseriesGenerator(x, np.arange(12), length=2)[0][0],
}


def _read_only(x: np.ndarray) -> np.ndarray:
    copy = x.copy()
    copy.setflags(write=False)
    return copy


def _from_file(x: np.ndarray, folder: Path) -> np.ndarray:
    x.tofile(folder / "x.bin")
    return np.memmap(folder / "x.bin", x.dtype, "r", shape=x.shape)


FORMS: dict[str, Callable[[np.ndarray, Path], Any]] = {
    "big-endian": lambda x, _: x.astype(">f8"),
    "big-endian, short": lambda x, _: x.astype(">f4"),
    "read-only": lambda x, _: _read_only(x),
    "backwards": lambda x, _: x[::-1].copy()[::-1],
    "columns first": lambda x, _: np.asfortranarray(x),
    "every second row": lambda x, _: np.repeat(x, 2, axis=0)[::2],
    "broadcast": lambda x, _: np.broadcast_to(x, x.shape),
    "nothing masked": lambda x, _: np.ma.array(x, mask=np.zeros(x.shape, bool)),
    "in a file": _from_file,
    "numbers among objects": lambda x, _: x.astype(object),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("door", DOORS)
def test_an_array_of_another_kind_gives_what_its_numbers_give(door: str, form: str, tmp_path: Path) -> None:
    given, expected = DOORS[door](FORMS[form](X, tmp_path)), DOORS[door](X)

    listed = given if isinstance(given, list) else [given]
    for one, other in zip(listed, expected if isinstance(expected, list) else [expected], strict=True):
        np.testing.assert_allclose(np.asarray(one, float), np.asarray(other, float), rtol=1e-5)


@pytest.mark.parametrize("door", DOORS)
def test_what_is_masked_is_refused_in_words(door: str) -> None:
    masked = np.ma.array(X, mask=np.zeros(X.shape, bool))
    masked[0, 0] = np.ma.masked

    with pytest.raises(DataError, match="masked array with"):
        DOORS[door](masked)
