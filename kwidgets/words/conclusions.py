"""What a run was asked to train, and in what two runs differ."""

from collections.abc import Sequence

# What was trained.


def trained_on(data: str) -> str:
    return f"trained on {data}"


def batches_of(size: int) -> str:
    return f"batches of {size}"


# How two runs differ.
FIRST_RUN = "first run"
THE_SAME_AGAIN = "the same again"


def fold(number: object, folds: object) -> str:
    return f"fold {number + 1 if isinstance(number, int) else number} of {folds} for validation"


def divided_by(by: str, column: object) -> str:
    return f"groups of {column} for validation" if by == "group" else f"the latest by {column} for validation"


def own_arrays(keys: Sequence[str]) -> str:
    return f"{', '.join(keys)} for validation"


def for_validation(percent: float) -> str:
    return f"{percent:g} % for validation"


NOT_SHUFFLED = "not shuffled"


def seed(seed: int) -> str:
    return f"seed {seed}"


def samples(count: int) -> str:
    return f"{count:,} samples"


BEGUN_IN_CODE = "begun in code"


def and_more(count: int) -> str:
    return f"{count} more"


LEARNING_RATE = "learning rate"


def without(layer: str) -> str:
    return f"without {layer}"


def with_layer(layer: str) -> str:
    return f"with {layer}"


def is_another_class(layer: str, class_name: str) -> str:
    return f"{layer} is {class_name}"


OTHER_WIRES = "other wires"


def data_from(end: str, key: str) -> str:
    return f"{end} from {key}"


def optimizer(class_name: str, rate: float | None) -> str:
    return class_name if rate is None else f"{class_name}, learning rate {rate:g}"


DEFAULT = "default"
NONE = "none"


def setting(name: str, value: str) -> str:
    return f"{name} {value}"


def of_layer(layer: str, setting: str) -> str:
    return f"{layer} {setting}"
