"""Words that several subjects share."""

CANVAS_IS_REFRESHED = "The canvas has been refreshed; try again."


def layers(count: int) -> str:
    return f"{count} layer" if count == 1 else f"{count} layers"


def nothing_wired_into(layer: str) -> str:
    return f"'{layer}' has nothing wired into it."


AND = " and "


PROBLEM_IS_GONE = "This problem is gone, or that mend no longer helps."
LIST_IS_REFRESHED = "The list has been refreshed."
USE_CATEGORICAL_CROSSENTROPY = "Use categorical_crossentropy"


def give(layer: str, field: str, value: object) -> str:
    return f"Give '{layer}' {field} {value}"


def pasted(layers: str) -> str:
    return f"paste {layers}"


def must_be_a_table_of_layers(key: str) -> str:
    return f"'{key}' must be a table of layers and arrays."


def there_are(names: str) -> str:
    return f"There are: {names}."


PRESS_TRAIN = "Press Train."
