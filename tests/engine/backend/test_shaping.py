"""K's conditions, biases and convolutions by shape and name."""

from __future__ import annotations

import pytest

from engine import backend as K


class TestShapes:
    def test_a_condition_of_fewer_axes_holds_for_whole_rows(self) -> None:
        result = K.switch(K.constant([True, False], dtype="bool"), K.ones((2, 3)), K.zeros((2, 3)))
        assert K.eval(result).tolist() == [[1, 1, 1], [0, 0, 0]]

    def test_biases_are_added_along_the_channels(self) -> None:
        x = K.zeros((2, 3, 4, 5))
        assert K.eval(K.bias_add(x, K.constant([1.0, 2.0, 3.0]), "channels_first"))[0, :, 0, 0].tolist() == [1, 2, 3]
        with pytest.raises(ValueError, match="axes"):
            K.bias_add(x, K.ones((2, 2)))
        with pytest.raises(ValueError, match="channels_first"):
            K.bias_add(x, K.ones((5,)), "channels_middle")

    def test_words_that_are_no_padding_are_refused(self) -> None:
        with pytest.raises(ValueError, match="padding"):
            K.conv2d(K.zeros((1, 4, 4, 1)), K.zeros((2, 2, 1, 1)), padding="around")

    def test_a_transposed_convolution_gives_the_shape_that_is_asked_for(self) -> None:
        y = K.conv2d_transpose(K.ones((1, 3, 3, 2)), K.ones((3, 3, 4, 2)), (1, 6, 6, 4), strides=(2, 2), padding="same")
        assert K.eval(y).shape == (1, 6, 6, 4)
        with pytest.raises(ValueError, match="output"):
            K.conv2d_transpose(K.ones((1, 3, 3, 2)), K.ones((3, 3, 4, 2)), (1, 9, 9, 4), strides=(2, 2), padding="same")
