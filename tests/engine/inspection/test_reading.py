"""How tensors of a model are computed for data: batch by batch, with fixed batches, and without drawing from its streams."""

import numpy as np

from engine import layers
from engine.inspection import Reader
from engine.models import Model, Sequential

from . import plain


def test_batches_of_any_size_give_the_same_values():
    model, x = plain.digits_model(), plain.pictures(50)
    reader = Reader(model)
    tensor = reader.places["inner"].outputs[0]
    whole = reader.values(reader.feed(x), [tensor], 50)[0]
    for size in (1, 7, 32):
        assert np.allclose(reader.values(reader.feed(x), [tensor], size)[0], whole, atol=1e-7)


def test_inputs_of_a_fixed_size_of_batch_are_read_in_such_batches():
    model = Sequential([layers.Dense(2, batch_input_shape=(4, 3), name="dense")])
    assert model.inspect(np.ones((8, 3)))["dense"].shape == (8, 2)


def test_random_numbers_that_a_layer_draws_in_predictions_are_drawn_again_by_the_next_one():
    from engine import backend as K

    x = layers.Input((3,))
    noise = layers.Lambda(lambda t: t + K.random_normal(K.shape(t)), name="noise")(x)
    model = Model(x, noise)
    data = np.zeros((4, 3))
    model.predict(data)
    looked = model.inspect(data)["noise"]
    assert np.array_equal(looked, model.predict(data)) and looked.std() > 0


def test_plans_are_kept_but_not_without_end():
    model, x = plain.digits_model(), plain.pictures(2)
    reader = Reader(model)
    for place in list(reader.places.values())[1:]:
        reader.values(reader.feed(x), list(place.outputs))
    assert len(reader._steps) <= 8
