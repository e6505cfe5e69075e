"""What mends offer."""

from collections.abc import Sequence

from . import common

BEFORE_GOES_ON_TO_AFTER = "what came before it goes on to what follows"
ADD_AN_INPUT_BEFORE_IT = "Add an Input before it"
MAKE_IT_AN_OUTPUT = "Make it an output"


def remove(layer: str) -> str:
    return f"Remove '{layer}'"


def make_the_output(layer: str) -> str:
    return f"Make '{layer}' the output"


ADD_AN_INPUT = "Add an Input"


def insert(class_name: str, sizes: str, after: str | None) -> str:
    """sizes: of its settings, "" without. after: the layer before it, where it has to be said which."""
    made = f"Insert {class_name} {sizes}" if sizes else f"Insert {class_name}"
    return made if after is None else f"{made} after '{after}'"


def switch(value: str, field: str, layer: str) -> str:
    return f"Switch {value} {field} of '{layer}'"


def let_it_take(layer: str, shapes: Sequence[str]) -> str:
    return f"Let '{layer}' take {' and '.join(shapes)}"


def connect(layer: str) -> str:
    return f"Connect '{layer}'"


def connect_to(layer: str) -> str:
    return f"Connect to '{layer}'"


REPLACE_BY_CONCATENATE = "Replace by Concatenate"


def and_binary_crossentropy(label: str) -> str:
    return f"{label} and binary_crossentropy"


USE_SPARSE_CATEGORICAL_CROSSENTROPY = "Use sparse_categorical_crossentropy"
USE_BINARY_CROSSENTROPY = "Use binary_crossentropy"
USE_MEAN_SQUARED_ERROR = "Use mean_squared_error"


# What a mend changes of the graph, in pieces that stand beside each other between semicolons.
NO_OTHER_LAYER_CHANGES = "no other layer changes"


def puts_before(title: str, layers: Sequence[str]) -> str:
    """layers: those that it leads to; none where it is an end."""
    if not layers:
        return f"adds {title}"
    return f"puts {title} before {_listed(layers)}"


def takes_out(layers: Sequence[str]) -> str:
    return f"takes out {_listed(layers)}"


def _listed(layers: Sequence[str]) -> str:
    return common.AND.join(f"'{layer}'" for layer in layers)


def wires(source: str, target: str) -> str:
    return f"wires '{source}' to '{target}'"


def other_shapes(count: int) -> str:
    return "1 layer below gets another shape" if count == 1 else f"{count} layers below get another shape"


def go_on(count: int) -> str:
    return "1 layer that waited goes on" if count == 1 else f"{count} layers that waited go on"
