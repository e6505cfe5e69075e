"""Every layer, optimizer, callback, loss and the like: a docstring with a summary, its settings and an example."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from engine import callbacks
from engine._declared import registry
from engine._declared.fields import Declared, declared_fields
from engine.layers import Layer
from engine.models import Model

KINDS = ("layer", "optimizer", "loss", "metric", "initializer", "regularizer", "constraint")

# Told once, by Layer: its settings, and what its constructor makes settings of.
OF_EVERY_LAYER = [*declared_fields(Layer), "input_shape", "input_dim", "batch_size", "weights"]
# Arguments that `accept` takes out before settings are read.
NO_SETTINGS = {
    "BatchNormalization": ["mode"],
    "Bidirectional": ["weights"],
    "Lambda": ["output_shape", "mask"],
}


def _everything() -> dict[str, tuple[str, Any]]:
    """Kind and class or function by name, each once."""
    things = {name: ("callback", getattr(callbacks, name)) for name in callbacks.__all__}
    for kind in KINDS:
        for thing in registry.find_all(kind).values():
            things.setdefault(thing.__name__, (kind, thing))
    return things


THINGS = _everything()
NAMES = sorted(THINGS)
LAYERS = [name for name in NAMES if THINGS[name][0] == "layer" and not issubclass(THINGS[name][1], Model)]
FUNCTIONS = [name for name in NAMES if THINGS[name][0] in ("loss", "metric")]


def docstring(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def section(text: str, title: str) -> str:
    """What is indented below a title, as it stands there; "" without such a section."""
    match = re.search(rf"^{title}:\n((?:[ ]{{4}}.*\n|\n(?=[ ]{{4}}))+)", text + "\n", re.M)
    return inspect.cleandoc(match[1]) if match else ""


def described(text: str) -> list[str]:
    """Names that the Args section explains, in its order."""
    return re.findall(r"^(\w+): \S", section(text, "Args"), re.M)


def settings(thing: Callable[..., object]) -> list[str]:
    """What users may give, in the order of the signature; without what every layer takes."""
    parameters = inspect.signature(thing).parameters.values()
    names = [p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if not (isinstance(thing, type) and issubclass(thing, Layer)):
        return names
    fields, inherited = declared_fields(thing), declared_fields(Layer)
    return [n for n in names if n not in inherited or (n in fields and fields[n] is not inherited[n])]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_line_says_in_one_sentence_what_it_is(name):
    first, *rest = docstring(THINGS[name][1]).split("\n")
    assert first.endswith(".")
    assert not rest or rest[0] == ""
    # The palette and the forms show it as it stands.
    assert "`" not in first


@pytest.mark.parametrize("name", NAMES)
def test_args_name_exactly_what_users_may_give(name):
    kind, thing = THINGS[name]
    required = settings(thing)
    further = [*NO_SETTINGS.get(name, ()), *(OF_EVERY_LAYER if kind == "layer" else ())]
    names = described(docstring(thing))
    assert [n for n in names if n in required or n not in further] == required


@pytest.mark.parametrize("name", NAMES)
def test_an_example_runs(name):
    text = docstring(THINGS[name][1])
    parser = doctest.DocTestParser()
    assert parser.get_examples(section(text, "Example")), "write an `Example:` section with `>>>` lines"
    assert len(parser.get_examples(text)) == len(parser.get_examples(section(text, "Example")))


@pytest.mark.parametrize("name", LAYERS)
def test_layers_say_which_shapes_go_in_and_come_out(name):
    text = docstring(THINGS[name][1])
    assert section(text, "Input shape")
    assert section(text, "Output shape")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_losses_and_metrics_say_what_they_return(name):
    assert section(docstring(THINGS[name][1]), "Returns")


def test_a_base_class_of_settings_has_its_own_section():
    assert described(docstring(Layer)) == ["name", "trainable", "batch_input_shape", "dtype", *OF_EVERY_LAYER[4:]]
    assert issubclass(Layer, Declared)
