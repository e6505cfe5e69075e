"""Sizes and paddings of convolutions."""

from __future__ import annotations

import numpy as np
import pytest

from engine import layers
from engine.utils import conv_utils


class TestSizes:
    @pytest.mark.parametrize("stride", [1, 2, 3])
    @pytest.mark.parametrize("padding", ["valid", "same"])
    @pytest.mark.parametrize("size", [1, 2, 3, 5])
    def test_output_lengths_are_those_of_the_layer(self, size: int, padding: str, stride: int) -> None:
        layer = layers.Conv1D(1, size, strides=stride, padding=padding)
        shape = layer.compute_output_shape((None, 17, 2))
        assert conv_utils.conv_output_length(17, size, padding, stride) == shape[1]
        assert conv_utils.conv_output_length(None, size, padding, stride) is None
        if padding == "valid":
            least = conv_utils.conv_input_length(shape[1], size, padding, stride)
            assert least is not None
            assert layers.Conv1D(1, size, strides=stride).compute_output_shape((None, least, 2))[1] == shape[1]

    def test_full_padding_and_dilation_are_counted(self) -> None:
        assert conv_utils.conv_output_length(4, 2, "full", 1) == 5
        assert conv_utils.conv_output_length(9, 3, "valid", 1, dilation=2) == 5

    def test_kernels_turn_round_and_back(self) -> None:
        for shape in ((3, 2, 4), (3, 2, 4, 5), (2, 3, 4, 1, 2)):
            kernel = np.random.normal(size=shape)
            turned = conv_utils.convert_kernel(kernel)
            assert np.array_equal(turned[0, ..., 0, 0].ravel()[::-1], kernel[-1, ..., 0, 0].ravel())
            assert np.array_equal(conv_utils.convert_kernel(turned), kernel)
        with pytest.raises(ValueError, match="rank 3 to 5"):
            conv_utils.convert_kernel(np.ones((2, 2)))

    def test_tuples_and_paddings_are_checked(self) -> None:
        assert conv_utils.normalize_tuple((2, 3), 2, "strides") == (2, 3)
        for wrong in ((1, 2, 3), "ab", None, (1, "x")):
            with pytest.raises(ValueError, match="strides"):
                conv_utils.normalize_tuple(wrong, 2, "strides")
        assert conv_utils.normalize_padding("SAME") == "same"
        with pytest.raises(ValueError, match="padding"):
            conv_utils.normalize_padding("around")

    def test_layouts_have_the_names_of_both_keras(self) -> None:
        names = ("channels_first", "th", "Channels_Last", "tf", None)
        assert [conv_utils.normalize_data_format(name) for name in names] == [
            *["channels_first"] * 2,
            *["channels_last"] * 3,
        ]
        with pytest.raises(ValueError, match="channels_first"):
            conv_utils.normalize_data_format("first")
