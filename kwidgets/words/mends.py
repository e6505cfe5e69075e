"""What mends offer."""

from collections.abc import Sequence

BEFORE_GOES_ON_TO_AFTER = "what came before it goes on to what follows"
ADD_AN_INPUT_BEFORE_IT = "Add an Input before it"
MAKE_IT_AN_OUTPUT = "Make it an output"


def remove(layer: str) -> str:
    return f"Remove '{layer}'"


def make_the_output(layer: str) -> str:
    return f"Make '{layer}' the output"


ADD_AN_INPUT = "Add an Input"


def after(layer: str) -> str:
    return f" after '{layer}'"


def insert(class_name: str, sizes: str, after: str) -> str:
    return f"Insert {class_name}{sizes}{after}"


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
