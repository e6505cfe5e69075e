"""Templates: each that is small trains a batch; the well-known nets are read from the engine without weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.experiment import build_model
from kwidgets.document import Document
from kwidgets.document.templates import TEMPLATES, entry

from .documents import template

SMALL = [name for name, template in TEMPLATES.items() if template.size is None]
NETS = [name for name, template in TEMPLATES.items() if template.size is not None]


@pytest.mark.parametrize("name", SMALL)
def test_a_small_template_trains_on_a_batch(name: str) -> None:
    made = template(name)
    assert made.problems() == []
    model = build_model(made.experiment())
    random = np.random.RandomState(0)

    def array(shape: tuple[Any, ...], *, whole: bool) -> Any:
        return random.randint(0, 2, (4, *shape[1:])) if whole else random.random_sample((4, *shape[1:]))

    words = {card["layer"] for card in made.graph()["cards"] if card["class_name"] == "Embedding"}
    inputs = [array(tensor.shape, whole=bool(words)) for tensor in model.inputs]
    targets = [array(tensor.shape, whole=True) for tensor in model.outputs]
    result = model.train_on_batch(inputs, targets)
    assert np.all(np.isfinite(result))


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_palette_tells_how_many_layers_a_template_has(name: str) -> None:
    made = template(name)
    told = entry(TEMPLATES[name])
    assert told["layers"] == sum(not made.draft.is_input(node) for node in made.draft.nodes())
    assert told["sketch"]
    assert all(0 < width <= 1 for row in told["sketch"] for width in row)
    assert all(1 <= len(row) <= 2 for row in told["sketch"])


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "mobilenetv2"])
def test_a_well_known_net_is_right_and_has_the_weights_of_keras(name: str) -> None:
    parameters = {"vgg16": 138_357_544, "resnet50": 25_636_712, "mobilenetv2": 3_538_984}
    made = template(name)
    assert [problem for problem in made.problems() if problem["severity"] == "error"] == []
    assert made.graph()["head"]["totals"]["parameters"] == parameters[name]
    other = Document()
    other.do({"do": "paste", "format": "yaml", "text": made.text()["yaml"]})
    assert other.draft == made.draft


def test_all_well_known_nets_are_offered() -> None:
    assert len(NETS) == 9
    assert made_names() >= {"lenet", "unet", "vgg_block", "residual_net", "news", "siamese", "autoencoder"}


def made_names() -> set[str]:
    return set(SMALL)
