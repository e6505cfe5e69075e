"""Numbers of words are names: their size is no signal, whatever moves them on their way to the embedding."""

import numpy as np
import pytest

from engine import backend as K
from engine import layers
from engine.inspection import LayerInspector, Reader, signals, troubles
from engine.models import Model, Sequential


def test_words_are_no_signal_and_the_embedding_behind_them_is():
    model = Sequential(
        [
            layers.Embedding(5000, 3, input_length=4, name="words"),
            layers.Flatten(name="flat"),
            layers.Dense(1, name="out"),
        ]
    )
    x = np.array([[4999, 1, 2, 0], [7, 8, 9, 4000]])
    reader = Reader(model)
    found = signals(reader, x)
    (entry,) = [name for name, place in reader.places.items() if place.is_input]
    assert found[entry].forward is None
    expected = model.inspect(x)["words"].astype(float)
    assert found["words"].forward == pytest.approx(np.sqrt((expected**2).mean()), rel=1e-5)
    assert troubles(found) == {}
    assert LayerInspector(model, entry, reader).gives_row_numbers
    assert not LayerInspector(model, "words", reader).gives_row_numbers


def test_numbers_that_are_moved_on_their_way_stay_names_and_amounts_beside_them_do_not():
    words, amounts = layers.Input((2, 3), name="two_by_three"), layers.Input((6,), name="amounts")
    flat = layers.Reshape((6,), name="flat")(words)
    turned = layers.Lambda(lambda t: t[:, ::-1], name="turned")(flat)
    rows = layers.Embedding(10, 2, name="rows")(turned)
    codes = layers.Lambda(lambda t: K.one_hot(K.cast(t, "int32"), 10), name="codes")(words)
    size = layers.Dense(2, name="size")(amounts)
    mixed = layers.concatenate([layers.Flatten(name="f")(rows), layers.Flatten(name="g")(codes), size], name="mixed")
    model = Model([words, amounts], layers.Dense(1, name="out")(mixed))
    x = [np.ones((4, 2, 3)), np.ones((4, 6))]
    found = signals(Reader(model), x)
    names = {name for name, signal in found.items() if signal.forward is None}
    assert names == {"two_by_three", "flat", "turned"}


def test_a_number_that_is_none_is_still_told():
    # Numbers of words that are NaN are no names.
    model = Sequential([layers.Lambda(lambda t: K.one_hot(t, 3), input_shape=(2,), name="codes")])
    found = signals(Reader(model), np.array([[np.nan, 1.0]]))
    assert "nan" in troubles(found).values()
