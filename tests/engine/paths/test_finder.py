"""Keras's module paths, and the engine standing in for `keras`."""

from __future__ import annotations

import importlib
import sys
from types import SimpleNamespace

import pytest

import engine
from engine._paths import finder
from engine._paths.finder import COMPANIONS, ENGINE_MODULES, HANDED_ON, MODULES


@pytest.mark.usefixtures("engine_as_keras")
class TestAlias:
    def test_submodules_are_the_same_objects(self) -> None:
        import keras.layers.core
        from keras.layers import Dense

        assert keras is engine
        assert keras.layers.core is engine.layers.core
        assert Dense is engine.layers.Dense

    def test_what_keras_imported_is_imported_from_it(self) -> None:
        import warnings

        import numpy
        from keras.callbacks import K
        from keras.layers import np
        from keras.models import warnings as handed_on

        assert K is engine.backend and np is numpy and handed_on is warnings
        assert numpy.__spec__.name == "numpy" and warnings.__spec__.name == "warnings"
        for path, home in HANDED_ON.items():
            assert importlib.import_module(f"keras.{path}") is importlib.import_module(home)

    def test_what_keras_installed_beside_itself_is_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(finder, "PathFinder", SimpleNamespace(find_spec=lambda name: None))  # neither is installed
        for package, home in COMPANIONS.items():
            monkeypatch.delitem(sys.modules, package, raising=False)
            assert importlib.import_module(package) is importlib.import_module(f"engine.{home}")
        images = importlib.import_module("keras_applications.imagenet_utils")
        assert images is engine.applications.imagenet_utils and images._obtain_input_shape

    def test_modules_keep_their_own_names(self) -> None:
        import keras.regularizers

        assert keras.regularizers.__name__ == "engine.regularizers"
        assert keras.regularizers.__spec__.name == "engine.regularizers"

    @pytest.mark.parametrize("path", sorted(MODULES))
    def test_modules_that_moved_are_found_at_their_old_home(self, path: str) -> None:
        home = f"engine.{MODULES[path]}".rstrip(".")
        if importlib.util.find_spec(home) is None:
            pytest.fail(f"MODULES sends {path} to {MODULES[path]}, which is not there")
        module = importlib.import_module(f"keras.{path}")
        assert module is importlib.import_module(f"engine.{path}")
        assert module is importlib.import_module(home)

    @pytest.mark.parametrize(
        "path", ["keras.nothing", "engine.nothing", "keras.layers.nothing", "keras.engine.nothing"]
    )
    def test_unknown_modules_stay_unknown(self, path: str) -> None:
        with pytest.raises(ModuleNotFoundError, match="nothing"):
            importlib.import_module(path)

    def test_the_engine_package_has_its_names(self) -> None:
        from keras import objectives
        from keras.engine import Input, InputSpec, Layer
        from keras.engine.topology import Container
        from keras.engine.topology import Layer as TopologyLayer
        from keras.engine.training import Model

        assert Layer is TopologyLayer is engine.layers.Layer
        assert (Input, InputSpec, Model) == (engine.layers.Input, engine.layers.InputSpec, engine.models.Model)
        assert issubclass(Model, Container)
        assert objectives is engine.losses


def test_a_real_keras_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import types

    monkeypatch.setitem(sys.modules, "keras", types.ModuleType("keras"))
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("keras.layers")


@pytest.mark.parametrize(
    "chain",
    ["backend.common", "backend.tensorflow_backend", "legacy.layers", "objectives", "initializations"]
    + [f"engine.{name}" for name in ENGINE_MODULES],
)
def test_old_modules_are_attributes_for_code_that_only_imports_keras(chain: str) -> None:
    module: object = engine
    for name in chain.split("."):
        module = getattr(module, name)
    assert module is importlib.import_module(f"engine.{chain}")


@pytest.mark.usefixtures("engine_as_keras")
def test_modules_of_the_engine_package_are_imported_from_it() -> None:
    from keras.applications import mobilenetv2
    from keras.engine import saving, training_utils

    assert saving is training_utils is importlib.import_module("engine.engine")
    assert mobilenetv2 is engine.applications.mobilenet_v2
