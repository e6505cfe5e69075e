"""The table of all runs: what Python says on it."""

# A setting of a layer that a run does not have.
MISSING = "none"
HISTORY = "history"


def setting_of_layer(layer: str, setting: str) -> str:
    return f"{layer} {setting}"


NOTHING_TO_COMPARE = "Name two runs or more to compare them."
NO_EPOCH_TO_EXPORT = "This run has no whole epoch yet, so there is no history to export."


def no_text(key: str, value: object) -> str:
    return f"{key!r} is a text, not {value!r}."


def no_count(key: str, value: object) -> str:
    return f"{key!r} is a whole number from 0, not {value!r}."
