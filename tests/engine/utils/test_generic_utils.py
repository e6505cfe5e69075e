"""Objects by their configs, and lists, as Keras's extensions treat them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import layers, losses
from engine.errors import UnknownName
from engine.utils import generic_utils


class TestObjects:
    def test_there_and_back(self) -> None:
        config = generic_utils.serialize_keras_object(layers.Dense(3, name="d"))
        assert config["class_name"] == "Dense" and config["config"]["units"] == 3
        again = generic_utils.deserialize_keras_object(config, module_objects={"Dense": layers.Dense})
        assert again.units == 3 and again.name == "d"
        assert generic_utils.serialize_keras_object(losses.mse) == "mean_squared_error"
        assert generic_utils.deserialize_keras_object("mse", {"mse": losses.mse}) is losses.mse
        assert generic_utils.serialize_keras_object(None) is None

    def test_custom_objects_are_known_by_name(self) -> None:
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
    def test_lists_and_single_items_become_each_other(self) -> None:
        assert generic_utils.to_list(3) == [3] and generic_utils.to_list((1, 2)) == [(1, 2)]
        assert generic_utils.to_list((1, 2), allow_tuple=True) == [1, 2]
        assert generic_utils.unpack_singleton([3]) == 3 and generic_utils.unpack_singleton([3, 4]) == [3, 4]
        assert generic_utils.is_all_none([None, None]) and not generic_utils.is_all_none([None, 0])
        one, other = object(), object()
        assert generic_utils.object_list_uid([one, other]) != generic_utils.object_list_uid([other, one])

    def test_arrays_are_sliced_together(self) -> None:
        a = np.arange(5)
        assert generic_utils.slice_arrays(a, 1, 3).tolist() == [1, 2]
        assert [x if x is None else x.tolist() for x in generic_utils.slice_arrays([a, None], [0, 4])] == [[0, 4], None]
        with pytest.raises(ValueError, match="start"):
            generic_utils.slice_arrays(a, [1], 2)

    def test_a_function_is_asked_for_its_arguments(self) -> None:
        def function(x: Any, /, y: Any, *rest: Any, z: Any = 1, **more: Any) -> None: ...

        assert [generic_utils.has_arg(function, n) for n in ("x", "y", "rest", "z", "w")] == [
            False,
            True,
            False,
            True,
            False,
        ]
        assert generic_utils.has_arg(function, "w", accept_all=True)


class TestNamesOfModules:
    def test_names_dicts_and_things_themselves_give_members_of_a_module(self) -> None:
        module = {"Dense": layers.Dense, "twice": lambda x: 2 * x}
        get = generic_utils.get_from_module
        assert get("twice", module, "function")(4) == 8
        assert get("Dense", module, "layer") is layers.Dense
        assert get("Dense", module, "layer", instantiate=True, kwargs={"units": 3}).units == 3
        assert get({"name": "Dense", "units": 2}, module, "layer").units == 2
        assert get(layers.Dense, module, "layer") is layers.Dense
        with generic_utils.custom_object_scope({"twice": abs}):
            assert get("twice", module, "function") is abs
        with pytest.raises(UnknownName, match="thrice"):
            get("thrice", module, "function")
