"""Models of configs: their weights and results are added up before any memory is taken."""

import pytest

import engine.backend as K
from engine.errors import TooLarge
from engine.layers import Dense, Input, UpSampling1D
from engine.models import Model, Sequential, model_from_config


@pytest.fixture(autouse=True)
def _bound():
    K.set_memory_limit(250 * 10**6)
    yield
    K.set_memory_limit(0.5)


def of_a_file(model):
    return model_from_config({"class_name": type(model).__name__, "config": model.get_config()})


def test_weights_are_added_up_over_the_layers():
    layers = [Dense(5000, input_dim=1000), *(Dense(5000) for _ in range(3))]
    with pytest.raises(TooLarge, match=r"layers\[3\].*100.0 MB in this layer after 220.1 MB"):
        of_a_file(Sequential(layers))


def test_a_layer_that_is_called_twice_counts_once():
    x, shared = Input((5000,)), Dense(5000)
    assert of_a_file(Model(x, shared(shared(shared(x))))).count_params() == 5000 * 5001


def test_weights_of_a_model_inside_count():
    inner = Sequential([Dense(5000, input_dim=5000)])
    outer = Sequential([inner, Dense(5000), Dense(5000)])
    with pytest.raises(TooLarge, match=r"100.0 MB in this layer after 200.0 MB"):
        of_a_file(outer)


def test_what_one_sample_gives_counts_by_itself():
    with pytest.raises(TooLarge, match=r"results of at most 250.0 MB.*found 400.0 MB"):
        of_a_file(Sequential([UpSampling1D(10**6, input_shape=(100, 1))]))


def test_a_model_made_in_code_has_no_bound():
    assert Sequential([Dense(10**5, input_dim=10**4)]).count_params() == 10**9 + 10**5
