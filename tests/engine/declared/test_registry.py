import subprocess
import sys

import pytest

from engine._declared import registry
from engine.errors import SettingError, UnknownName
from engine.layers import Dense


def test_an_unknown_name_gets_the_nearest_known_one():
    with pytest.raises(UnknownName, match="Did you mean 'Dense'"):
        registry.find("layer", "Dens")
    with pytest.raises(ValueError, match="relu"):
        registry.build("activation", "relo")


def test_old_and_lower_case_names_are_found():
    assert registry.find("layer", "Convolution2D").__name__ == "Conv2D"
    assert registry.find("optimizer", "ADAM").__name__ == "Adam"


def test_a_config_becomes_an_object_and_back():
    layer = registry.build("layer", {"class_name": "Dense", "config": {"units": 3, "name": "d"}})
    assert registry.serialize("layer", layer)["config"]["units"] == 3


@pytest.mark.parametrize("wrong", [{"config": {}}, {"class_name": 3}, {"class_name": "Dense", "config": 7}])
def test_a_broken_config_is_refused(wrong):
    with pytest.raises(SettingError):
        registry.build("layer", wrong, where="layers[0]")


def test_numbers_are_no_identifiers():
    with pytest.raises(SettingError, match="42"):
        registry.build("loss", 42)


def test_custom_objects_are_known_in_their_scope_only():
    class Mine(Dense):
        pass

    config = {"class_name": "Mine", "config": {"units": 2}}
    assert type(registry.build("layer", config, {"Mine": Mine})) is Mine
    with registry.custom_object_scope({"Mine": Mine}):
        assert registry.find("layer", "Mine") is Mine
    with pytest.raises(UnknownName):
        registry.find("layer", "Mine")


def test_each_thing_is_offered_under_one_name():
    names = registry.options("initializer")
    assert {"glorot_uniform", "zeros", "random_normal"} <= set(names)
    assert not {"Zeros", "zero", "normal"} & set(names)


def test_threads_that_ask_for_the_first_names_at_once_find_them():
    program = """
import threading
from engine.layers import Dense
ready = threading.Barrier(8)
def build():
    ready.wait()
    Dense(3, kernel_regularizer="l2", kernel_constraint="unitnorm", activation="relu")
threads = [threading.Thread(target=build) for _ in range(8)]
for thread in threads:
    thread.start()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=600, check=False)
    assert (done.returncode, done.stderr) == (0, "")
