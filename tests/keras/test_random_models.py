"""Random models against the numbers of tf_keras (tests/golden/random_models.npz): forward, loss, weights after one update.

`python -m tests.long random_models --keras PYTHON --golden 400` writes the file and compares a thousand, array by array.
"""

from __future__ import annotations

import numpy as np
import pytest

from . import drawn_models

GOLDEN = dict(np.load(drawn_models.FOLDER / "random_models.npz", allow_pickle=False))
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_random_models_give_the_numbers_of_keras(part):
    for seed in sorted(GOLDEN, key=int)[part::PARTS]:
        case = drawn_models.random_models.case(int(seed))
        ours, theirs = drawn_models.digest(case, drawn_models.results(case)), GOLDEN[seed]
        assert ours[0] == theirs[0], f"model {seed} is drawn otherwise than before: write the file anew."
        apart = drawn_models.digests_apart(case, ours[1:], theirs[1:])
        assert apart <= 1, (
            f"model {seed}: see its arrays by python -m tests.long random_models --models 1 --seed {seed}"
        )


def test_the_models_meet_every_family_of_layers():
    met = set()
    for seed in GOLDEN:
        met |= drawn_models.classes_in(drawn_models.random_models.case(int(seed)).config)
    expected = {
        "Add", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "BatchNormalization", "Bidirectional",
        "Concatenate", "Conv1D", "Conv2D", "Conv2DTranspose", "Conv3D", "Conv3DTranspose", "ConvLSTM2D", "Cropping2D",
        "DepthwiseConv2D", "Dot", "ELU", "Embedding", "GRU", "GlobalAveragePooling1D", "GlobalMaxPooling2D", "LSTM",
        "LocallyConnected1D", "LocallyConnected2D", "Masking", "Maximum", "MaxPooling2D", "Minimum", "Model", "Multiply",
        "PReLU", "Permute", "RNN", "ReLU", "RepeatVector", "Reshape", "SeparableConv1D", "SeparableConv2D", "Sequential",
        "SimpleRNN", "Softmax", "StackedRNNCells", "Subtract", "ThresholdedReLU", "TimeDistributed", "UpSampling2D",
        "ZeroPadding2D",
    }  # fmt: skip
    assert not expected - met
