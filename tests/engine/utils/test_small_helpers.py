"""generic_utils, conv_utils and test_utils: what Keras's extensions import."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import layers, losses
from engine.errors import UnknownName
from engine.layers import Layer
from engine.utils import conv_utils, generic_utils, test_utils


class TestObjects:
    def test_there_and_back(self) -> None:
        config = generic_utils.serialize_keras_object(layers.Dense(3, name="d"))
        assert config["class_name"] == "Dense" and config["config"]["units"] == 3
        again = generic_utils.deserialize_keras_object(config, module_objects={"Dense": layers.Dense})
        assert again.units == 3 and again.name == "d"
        assert generic_utils.serialize_keras_object(losses.mse) == "mean_squared_error"
        assert generic_utils.deserialize_keras_object("mse", {"mse": losses.mse}) is losses.mse
        assert generic_utils.serialize_keras_object(None) is None

    def test_custom_objects(self) -> None:
        def mine() -> None:
            return None

        assert generic_utils.deserialize_keras_object("mine", custom_objects={"mine": mine}) is mine
        with generic_utils.custom_object_scope({"mine": mine}):
            assert generic_utils.deserialize_keras_object("mine") is mine
        with pytest.raises(UnknownName, match="mse"):
            generic_utils.deserialize_keras_object("msee", {"mse": losses.mse})

    def test_code_is_refused(self) -> None:
        with pytest.raises(ValueError, match="by name"):
            generic_utils.func_dump(lambda x: x)
        with pytest.raises(ValueError, match="custom_objects"):
            generic_utils.func_load(("4wAAA", None, None))


class TestLists:
    def test_lists_and_single_items(self) -> None:
        assert generic_utils.to_list(3) == [3] and generic_utils.to_list((1, 2)) == [(1, 2)]
        assert generic_utils.to_list((1, 2), allow_tuple=True) == [1, 2]
        assert generic_utils.unpack_singleton([3]) == 3 and generic_utils.unpack_singleton([3, 4]) == [3, 4]
        assert generic_utils.is_all_none([None, None]) and not generic_utils.is_all_none([None, 0])
        one, other = object(), object()
        assert generic_utils.object_list_uid([one, other]) != generic_utils.object_list_uid([other, one])

    def test_slices_of_arrays(self) -> None:
        a = np.arange(5)
        assert generic_utils.slice_arrays(a, 1, 3).tolist() == [1, 2]
        assert [x if x is None else x.tolist() for x in generic_utils.slice_arrays([a, None], [0, 4])] == [[0, 4], None]
        with pytest.raises(ValueError, match="start"):
            generic_utils.slice_arrays(a, [1], 2)

    def test_arguments_of_functions(self) -> None:
        def function(x: Any, /, y: Any, *rest: Any, z: Any = 1, **more: Any) -> None: ...

        assert [generic_utils.has_arg(function, n) for n in ("x", "y", "rest", "z", "w")] == [
            False,
            True,
            False,
            True,
            False,
        ]
        assert generic_utils.has_arg(function, "w", accept_all=True)


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

    def test_full_padding_and_dilation(self) -> None:
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

    def test_tuples(self) -> None:
        assert conv_utils.normalize_tuple((2, 3), 2, "strides") == (2, 3)
        for wrong in ((1, 2, 3), "ab", None, (1, "x")):
            with pytest.raises(ValueError, match="strides"):
                conv_utils.normalize_tuple(wrong, 2, "strides")
        assert conv_utils.normalize_padding("SAME") == "same"
        with pytest.raises(ValueError, match="padding"):
            conv_utils.normalize_padding("around")


class TestTestHelpers:
    def test_data_can_be_learnt(self) -> None:
        (x, y), (_, y_test) = test_utils.get_test_data(100, 50, (4,), num_classes=3)
        assert x.shape == (100, 4) and y_test.shape == (50,) and set(y) <= {0, 1, 2}
        assert x[y == 2].mean() > x[y == 0].mean() + 1
        (x, y), _ = test_utils.get_test_data(100, 50, (4,), (2, 3), classification=False)
        assert y.shape == (100, 2, 3)

    def test_a_good_layer_passes(self) -> None:
        test_utils.layer_test(layers.Dense, {"units": 3}, input_shape=(3, 2))
        test_utils.layer_test(layers.Dropout, {"rate": 0.5}, input_shape=(None, 2))

    def test_a_layer_with_a_wrong_shape_does_not(self) -> None:
        class Wrong(Layer):
            def call(self, inputs: Any) -> Any:
                return inputs

            def compute_output_shape(self, input_shape: Any) -> Any:
                return (*input_shape[:-1], 7)

        with pytest.raises(AssertionError, match="promised"):
            test_utils.layer_test(Wrong, input_shape=(3, 2))

    def test_a_layer_that_forgets_its_settings_does_not(self) -> None:
        class Forgets(Layer):
            def __init__(self, factor: float = 1.0, **kwargs: Any) -> None:
                super().__init__(**kwargs)
                self.factor = factor

            def call(self, inputs: Any) -> Any:
                return inputs * self.factor

        with generic_utils.custom_object_scope({"Forgets": Forgets}), pytest.raises(AssertionError):
            test_utils.layer_test(Forgets, {"factor": 2.0}, input_shape=(3, 2))
