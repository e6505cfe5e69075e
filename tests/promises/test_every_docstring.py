"""Every layer, model, optimizer, callback, loss and the like: a docstring with summary, arguments and an example."""

from __future__ import annotations

import doctest
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from engine import (
    callbacks,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    regularizers,
)
from engine._declared import registry
from engine._declared.fields import declared_fields
from engine.layers import Layer
from engine.models import Model

# Everything in `__all__` of these is promised; activations are ops, and are promised with K's functions.
MODULES = (callbacks, constraints, initializers, layers, losses, metrics, models, optimizers, regularizers)
# What is registered and in no `__all__`.
KINDS = ("layer", "optimizer", "loss", "metric", "initializer", "regularizer", "constraint")

# Explained once, by Layer: its settings, and what its constructor makes settings of.
OF_EVERY_LAYER = [*declared_fields(Layer), "input_shape", "input_dim", "batch_size", "weights"]
# Arguments that `accept` takes out before settings are read.
NO_SETTINGS = {
    "BatchNormalization": ["mode", "synchronized"],
    "Bidirectional": ["weights"],
    "Lambda": ["output_shape", "mask"],
    "Network": ["name"],
}
# Bases whose use shows in the example of a class that derives from them.
SHOWN_BY = {"Initializer": "Constant"}


def _everything() -> dict[str, Any]:
    """Class or function by name, with the module before names that several modules have."""
    public = [getattr(module, name) for module in MODULES for name in module.__all__ if not name.startswith("_")]
    registered = [thing for kind in KINDS for thing in registry.find_all(kind).values()]
    things: dict[str, Any] = {}
    for thing in {id(thing): thing for thing in [*public, *registered]}.values():
        if inspect.isclass(thing) or inspect.isroutine(thing):
            home = thing.__module__.removeprefix("engine.")
            things[f"{home}.{thing.__name__}" if thing.__name__ in things else thing.__name__] = thing
    return things


THINGS = _everything()
NAMES = sorted(THINGS)
SETTABLE = [name for name in NAMES if THINGS[name] is not Layer]
EXAMPLES = [name for name in NAMES if name not in SHOWN_BY]
REGISTERED = {kind: set(registry.find_all(kind).values()) for kind in KINDS}
LAYERS = [name for name in NAMES if THINGS[name] in REGISTERED["layer"] and not issubclass(THINGS[name], Model)]
FUNCTIONS = [name for name in NAMES if THINGS[name] in REGISTERED["loss"] | REGISTERED["metric"]]


def docstring(thing: Any) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


def section(text: str, title: str) -> str:
    """What is indented below a title, as it stands there; "" without such a section."""
    match = re.search(rf"^{title}:\n((?:[ ]{{4}}.*\n|\n(?=[ ]{{4}}))+)", text + "\n", re.M)
    return inspect.cleandoc(match[1]) if match else ""


def explanations(text: str) -> dict[str, str]:
    """What the Args section says of each argument, in its order."""
    entries = re.finditer(r"^(\w+): (.+(?:\n[ ]{4}.+)*)", section(text, "Args"), re.M)
    return {entry[1]: " ".join(entry[2].split()) for entry in entries}


def described(text: str) -> list[str]:
    """Names that the Args section explains, in its order."""
    return list(explanations(text))


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
    first, *rest = docstring(THINGS[name]).split("\n")
    assert first.endswith(".")
    assert not rest or rest[0] == ""


@pytest.mark.parametrize("name", SETTABLE)
def test_args_name_exactly_what_users_may_give(name):
    thing = THINGS[name]
    required = settings(thing)
    is_layer = inspect.isclass(thing) and issubclass(thing, Layer)
    further = [*NO_SETTINGS.get(name, ()), *(OF_EVERY_LAYER if is_layer else ())]
    names = described(docstring(thing))
    assert [n for n in names if n in required or n not in further] == required


@pytest.mark.parametrize("name", NAMES)
def test_the_default_of_each_argument_is_told_as_it_is(name):
    parameters = inspect.signature(THINGS[name]).parameters
    for argument, text in explanations(docstring(THINGS[name])).items():
        default = parameters[argument].default if argument in parameters else None
        explained_elsewhere = re.search("no effect|not used|^as in", text)
        if isinstance(default, str | bool | int | float) and not explained_elsewhere:
            written = [f'"{default}"'] if isinstance(default, str) else [str(default)]
            written += [f"{default:g}"] if isinstance(default, float) else []
            assert any(word in text for word in written), f"{argument}: {text}"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_runs(name):
    text = docstring(THINGS[name])
    parser = doctest.DocTestParser()
    assert parser.get_examples(section(text, "Example")), "write an `Example:` section with `>>>` lines"
    assert len(parser.get_examples(text)) == len(parser.get_examples(section(text, "Example")))


@pytest.mark.parametrize("name", LAYERS)
def test_layers_say_which_shapes_go_in_and_come_out(name):
    text = docstring(THINGS[name])
    assert section(text, "Input shape")
    assert section(text, "Output shape")


@pytest.mark.parametrize("name", LAYERS)
def test_the_first_line_of_a_layer_has_no_marks_since_the_palette_shows_it_as_it_stands(name):
    assert "`" not in docstring(THINGS[name]).split("\n")[0]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_losses_and_metrics_say_what_they_return(name):
    assert section(docstring(THINGS[name]), "Returns")


def test_layer_explains_what_every_layer_takes():
    assert described(docstring(Layer)) == OF_EVERY_LAYER
