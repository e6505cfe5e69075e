"""What a changed model takes over, for any change that the document's commands can make; and what is kept for undo."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import experiment as experiments
from engine.models import Model, Network
from kwidgets.document import Document, Refused
from kwidgets.document.identity import identity_of
from kwidgets.session.best import BestWeights
from kwidgets.session.carrying import MOST_KEPT, EarlierModels, Lineage
from kwidgets.session.stream import Stream

from ..document.documents import document, template
from ..document.strategies import message

LAWS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
TEMPLATES = ["digits_perceptron", "digits_cnn", "residual", "siamese", "autoencoder"]


def is_right(made: Document) -> bool:
    return not any(problem["severity"] == "error" for problem in made.problems())


def experiment_of(made: Document) -> dict[str, Any]:
    """As it is, with a loss that fits every result."""
    whole = dict(made.experiment())
    return {**whole, "training": {**whole["training"], "loss": "mean_squared_error", "metrics": []}}


def lineage(made: Document, trained: bool = True) -> Lineage:
    """The model of a document after one update on zeros, and with it slots that are no zeros."""
    experiment = experiment_of(made)
    model = experiments.build_model(experiment)
    if trained:
        arrays = [np.ones([2, *[size or 2 for size in tensor.shape[1:]]], "float32") for tensor in model.inputs]
        model.train_on_batch(arrays, [np.zeros_like(array) for array in as_list(model.predict(arrays))])
    return Lineage(model, experiment, identity_of(made.draft), BestWeights(lambda: model, print))


def as_list(arrays: Any) -> list[Any]:
    return arrays if isinstance(arrays, list) else [arrays]


def layers(network: Network, inside: str = "") -> dict[str, Any]:
    """Layers with weights by the names that lead to them."""
    by_path: dict[str, Any] = {}
    for layer in network.layers:
        if isinstance(layer, Network):
            by_path |= layers(layer, f"{inside}{layer.name}\x1f")
        elif layer.weights:
            by_path[inside + layer.name] = layer
    return by_path


def slots(model: Model) -> dict[str, list[np.ndarray]]:
    """The optimizer's slots by the weight's name with its layer's identity left to the caller."""
    values, names = model.optimizer.get_weights()[1:], [id(weight) for weight in model.trainable_weights]
    rounds = 2 if len(values) >= 2 * len(names) else 1
    return {name: [values[r * len(names) + i] for r in range(rounds)] for i, name in enumerate(names)}


@LAWS
@given(st.data(), st.sampled_from(TEMPLATES), st.integers(1, 6), st.integers(1, 5))
def test_kept_layers_are_equal_bit_for_bit_and_all_others_fit(
    data: st.DataObject, name: str, first: int, then: int
) -> None:
    made = template(name)
    random_commands(data, made, first)
    if not is_right(made):
        return
    before = lineage(made)
    random_commands(data, made, then)
    if not is_right(made):
        return
    experiment, graph = experiment_of(made), identity_of(made.draft)
    foreseen = before.foreseen(experiment, graph)
    carried = before.carried_on(experiment, graph)
    assert foreseen and carried.changed == (not before.fits(experiment, graph))
    old, new = layers(before.model), layers(carried.model)
    identities = identity_of(made.draft).layers
    assert before.graph is not None
    origin = {identity: path for path, identity in before.graph.layers.items()}
    old_slots, new_slots = slots(before.model), slots(carried.model)
    for path, layer in new.items():
        earlier = old.get(origin.get(identities[path], ""))
        fits = earlier is not None and type(earlier) is type(layer) and shapes(earlier) == shapes(layer)
        if earlier is None or not fits:
            continue
        for one, other in zip(earlier.weights, layer.weights, strict=True):
            np.testing.assert_array_equal(one.array, other.array)
            if id(one) in old_slots and id(other) in new_slots:
                assert all(map(np.array_equal, old_slots[id(one)], new_slots[id(other)]))
    assert int(carried.model.optimizer.get_weights()[0]) == 1


def random_commands(data: st.DataObject, made: Document, count: int) -> None:
    for _ in range(count):
        try:
            made.do(message(data, made))
        except Refused:
            continue


def shapes(layer: Any) -> list[tuple[int, ...]]:
    return [weight.shape for weight in layer.weights]


def test_what_is_kept_and_what_begins_anew_is_said_in_words() -> None:
    made = document("Conv2D", "Flatten", "Dense", shape=(8, 8, 1))
    made.do({"do": "set", "layers": ["conv2d_1"], "field": "filters", "value": 4})
    made.do({"do": "add", "class_name": "Dense", "after": "dense_1@0"})
    before = lineage(made)
    made.do({"do": "set", "layers": ["input_1"], "field": "shape", "value": [8, 8, 3]})
    made.do({"do": "rename", "layer": "dense_2", "name": "result"})
    made.do({"do": "set", "layers": ["result"], "field": "use_bias", "value": False})
    made.do({"do": "add", "class_name": "Dense", "after": "result@0"})
    said = before.carried_on(experiment_of(made), identity_of(made.draft)).said
    assert "conv2d_1 begins anew: its kernel is 3×3×3×4, was 3×3×1×4" in said
    assert "kept dense_1 (weights and slots); dense_2 is new; " in said
    assert "result begins anew: it has no bias any more" in said
    assert "Going on keeps 1 of 4 layers; dense_2 is new;" in before.foreseen(
        experiment_of(made), identity_of(made.draft)
    )


def test_another_class_under_the_same_name_in_a_text_is_said() -> None:
    made = document("Dense", "Dense", shape=(4,))
    before = lineage(made)
    experiment = experiment_of(made)
    stack = experiment["config"]["layers"]
    index = next(i for i, layer in enumerate(stack) if layer["config"]["name"] == "dense_1")
    config = {"name": "dense_1", **({"batch_input_shape": [None, 4]} if index == 0 else {})}
    stack[index] = {**stack[index], "class_name": "BatchNormalization", "config": config}
    made.do({"do": "paste", "format": "json", "text": json.dumps(experiment)})
    said = before.carried_on(experiment_of(made), identity_of(made.draft)).said
    assert "dense_1 begins anew: it is a BatchNormalization, was a Dense" in said


def test_a_bias_more_or_less_is_said() -> None:
    made = document("Dense", shape=(4,))
    before = lineage(made)
    made.do({"do": "set", "layers": ["dense_1"], "field": "use_bias", "value": False})
    without = lineage(made)
    assert "dense_1 begins anew: it has no bias any more" in before.carried_on(experiment_of(made), None).said
    made.undo()
    assert "dense_1 begins anew: it had no bias" in without.carried_on(experiment_of(made), None).said


def test_without_a_document_layers_go_by_their_names() -> None:
    made = document("Dense", "Dense", shape=(4,))
    before = lineage(made)._replace(graph=None)
    made.do({"do": "rename", "layer": "dense_2", "name": "other"})
    said = before.carried_on(experiment_of(made), identity_of(made.draft)).said
    assert "kept dense_1 (weights and slots); other is new; dropped dense_2." in said


def test_an_earlier_model_comes_back_for_its_own_state_of_the_graph_alone() -> None:
    made, earlier, stream = document("Dense", shape=(4,)), EarlierModels(), Stream()
    first = lineage(made)
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 3})
    second = lineage(made)
    earlier.leave(first, stream)
    there = experiment_of(made), identity_of(made.draft)
    assert earlier.swap(second, *there, stream) is None
    made.undo()
    back = earlier.swap(second, experiment_of(made), identity_of(made.draft), stream)
    assert back is first and "is back" in stream.log[-1]
    assert earlier.swap(first, *there, stream) is second
    # The same settings, made by hand and not by undo, are another state.
    made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": 3})
    assert earlier.swap(second, experiment_of(made), identity_of(made.draft), stream) is None


def test_only_so_many_earlier_models_are_kept() -> None:
    made, earlier, stream = document("Dense", shape=(4,)), EarlierModels(), Stream()
    first, last = lineage(made, trained=False), lineage(made, trained=False)
    earlier.leave(first, stream)
    for units in range(2, MOST_KEPT + 3):
        made.do({"do": "set", "layers": ["dense_1"], "field": "units", "value": units})
        last = lineage(made, trained=False)
        earlier.leave(last, stream)
    for _ in range(MOST_KEPT + 1):
        made.undo()
    assert earlier.swap(last, experiment_of(made), identity_of(made.draft), stream) is None


@pytest.mark.parametrize("optimizer", ["SGD", "RMSprop", "Nadam"])
def test_another_optimizer_is_named_with_the_one_before(optimizer: str) -> None:
    made = document("Dense", shape=(4,))
    before = lineage(made)
    made.do({"do": "set_training", "optimizer": optimizer})
    carried = before.carried_on(experiment_of(made), identity_of(made.draft))
    assert carried.said == f"The settings have changed: the optimizer begins anew: it is {optimizer}, was Adam."
    assert not carried.changed
