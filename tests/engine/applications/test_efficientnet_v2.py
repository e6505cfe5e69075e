"""EfficientNetV2: how images are scaled within; layers and numbers stand in test_efficientnet.py with those of the first family."""

from __future__ import annotations

import numpy as np
import pytest

from engine import applications
from engine.models import Model


def test_images_are_scaled_within_or_before() -> None:
    net = applications.EfficientNetV2B0(weights=None, include_top=False, input_shape=(32, 32, 3))
    bare = applications.EfficientNetV2B0(
        weights=None, include_top=False, input_shape=(32, 32, 3), include_preprocessing=False
    )
    bare.set_weights(net.get_weights()[-len(bare.get_weights()) :])
    images = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype("float32")
    scaled = (images / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    np.testing.assert_allclose(bare.predict(scaled), net.predict(images), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(("name", "layer"), [("EfficientNetV2S", "Rescaling"), ("EfficientNetV2B1", "Normalization")])
def test_each_branch_of_the_family_scales_as_its_weights_want(name: str, layer: str) -> None:
    net: Model = getattr(applications, name)(weights=None, include_top=False)
    kinds = [type(one).__name__ for one in net.layers[1:3]]
    assert layer in kinds and (layer == "Normalization" or "Normalization" not in kinds)
