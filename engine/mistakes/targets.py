"""What can be wrong with an output: its loss and activation, and the array that it is compared with."""

from __future__ import annotations

from collections.abc import Iterator

from .._training import sentences
from .._training.data import fits
from ..types import Config
from .records import Mend, Mistake, Output, Values

SPARSE, ONE_HOT, BINARY = "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy"
SQUARED = ("mean_squared_error", "mean_absolute_error")
_SQUASHED = {"sigmoid": 1.0, "hard_sigmoid": 1.0, "softmax": 1.0, "tanh": 1.0, "softsign": 1.0}
_POSITIVE = ("relu", "sigmoid", "softmax", "softplus", "exponential")


def output_mistakes(output: Output) -> Iterator[Mistake]:
    """What is wrong between an output's loss, its activation and its width.

    Args:
        output: the output.

    Returns:
        The mistakes, with mends that were not tried.

    Example:
        >>> [mistake] = output_mistakes(Output("out", (None, 1), "out", "softmax", "binary_crossentropy"))
        >>> mistake.sentence
        "Softmax over one unit is always 1 (output 'out')."
    """
    name, loss, activation = output.name, output.loss, output.activation
    one = output.shape[-1:] == (1,)
    if loss is None or not activation:
        return
    if loss == ONE_HOT and one:
        sentence = f"Output '{name}' has one unit, and categorical_crossentropy compares several classes."
        hint = "Use sigmoid with binary_crossentropy, or one unit for each class."
        yield _mismatch("loss_one_unit", output, sentence, hint, _one_probability(output))
    elif activation == "softmax" and one:
        sentence = f"Softmax over one unit is always 1 (output '{name}')."
        yield _mismatch("softmax_one_unit", output, sentence, "Use sigmoid.", _one_probability(output))
    elif loss in (ONE_HOT, SPARSE) and activation not in ("softmax", "sigmoid"):
        sentence = f"{loss} wants probabilities; output '{name}' ends with {activation}."
        mends = (_activation(output, "softmax"), _loss(output, SQUARED[0]))
        yield _mismatch("loss_wants_softmax", output, sentence, "Give it softmax.", *mends)
    elif loss == BINARY and activation == "softmax":
        sentence = f"Output '{name}' ends with softmax, which belongs to categorical_crossentropy."
        yield _mismatch(
            "softmax_wants_loss", output, sentence, "Change the loss.", _loss(output, ONE_HOT), _loss(output, SPARSE)
        )
    elif loss == BINARY and activation not in ("sigmoid", "hard_sigmoid"):
        sentence = f"binary_crossentropy wants numbers from 0 to 1; output '{name}' ends with {activation}."
        mends = (_activation(output, "sigmoid"), _loss(output, SQUARED[0]))
        yield _mismatch("loss_wants_sigmoid", output, sentence, "Give it sigmoid.", *mends)
    elif loss in SQUARED and activation == "softmax":
        sentence = f"Output '{name}' gives probabilities (softmax); {loss} learns them slowly."
        mends = (_loss(output, ONE_HOT), _loss(output, SPARSE))
        yield _mismatch("softmax_wants_loss", output, sentence, "Use categorical_crossentropy.", *mends)


def _mismatch(kind: str, output: Output, sentence: str, hint: str, *mends: Mend) -> Mistake:
    return Mistake(kind, output.layer, sentence, mends, hint, "warning")


def _set(output: Output, field: str, value: object) -> Config:
    return {"set": {"layer": output.layer, "field": field, "value": value}}


def _lost(output: Output, loss: str) -> Config:
    return {"set": {"loss": loss, "output": output.name}}


def _activation(output: Output, activation: str) -> Mend:
    return Mend(f"Give '{output.layer}' activation {activation}", (_set(output, "activation", activation),))


def _loss(output: Output, loss: str) -> Mend:
    return Mend(f"Use {loss}", (_lost(output, loss),))


def _one_probability(output: Output) -> Mend:
    label = f"Give '{output.layer}' activation sigmoid and {BINARY}"
    return Mend(label, (_set(output, "activation", "sigmoid"), _lost(output, BINARY)))


def target_mistakes(output: Output, values: Values) -> Iterator[Mistake]:
    """What is wrong between an output and the array that it is compared with: shape first, else the numbers.

    Args:
        output: the output.
        values: what is known of the array.

    Returns:
        The mistakes, with mends that were not tried.

    Example:
        >>> output = Output("out", (None, 10), "out", "softmax", "categorical_crossentropy", "units")
        >>> [mistake] = target_mistakes(output, Values("y", (60,), "int64", 0, 9, 0, True, 10))
        >>> mistake.mends[0].label
        'Use sparse_categorical_crossentropy'
    """
    if not values.numbers:
        sentence = f"'{output.name}' is compared with {values.name}, whose elements are no numbers ({values.dtype})."
        mends = tuple(_numbered(output, values))
        yield Mistake("labels", output.name, sentence, mends, hint="Number the classes first.")
        return
    wanted = (*output.shape[:-1], 1) if output.loss == SPARSE else output.shape
    if not fits(values.shape, wanted, "output"):
        yield _of_shape(output, values)
        return
    if values.missing:
        sentence = (
            f"'{output.name}' is compared with {values.missing} elements of {values.name} that are no finite number."
        )
        hint = "Leave those samples out."
        yield Mistake("missing", output.name, sentence, hint=hint)
        return
    yield from _of_numbers(output, values)


def _numbered(output: Output, values: Values) -> Iterator[Mend]:
    """Names of classes become their numbers, one for each row."""
    if not fits(values.shape, (*output.shape[:-1], 1), "output"):
        return
    change: Config = {"array": values.name, "number_classes": True}
    yield Mend(f"Number the classes of {values.name}", (change,))
    if (output.shape[-1] or 1) > 1 and output.loss != SPARSE:
        yield Mend(f"Number the classes of {values.name}, and use {SPARSE}", (change, *_class_numbers(output).changes))


def _of_shape(output: Output, values: Values) -> Mistake:
    classes = output.loss == SPARSE
    sentence = sentences.gives(output.name, output.shape, values.name, values.shape, class_numbers=classes)
    return Mistake("target_shape", output.name, sentence, tuple(_for_shape(output, values)))


def _for_shape(output: Output, values: Values) -> Iterator[Mend]:
    classes = output.shape[-1] or 1
    column = fits(values.shape, (*output.shape[:-1], 1), "output")
    if column and classes > 1:
        single = values.distinct == 2 or values.whole is False or not values.whole
        ways = (_class_numbers(output), _one_hot(output, values, classes), _one_number(output, values))
        many = values.whole is True and (values.distinct or 0) > 2
        yield from (ways[2], *ways[:2]) if single else ways[:2] if many else ways
    elif len(values.shape) == len(output.shape) and values.shape[1:-1] == tuple(output.shape[1:-1]):
        if output.loss == SPARSE and values.shape[-1] == classes:
            yield _loss(output, ONE_HOT)
        width, many = output.width, values.shape[-1]
        if width is not None and output.loss == BINARY and classes == 1:
            changes = (_set(output, width, many), _set(output, "activation", "softmax"), _lost(output, ONE_HOT))
            yield Mend(f"Give '{output.layer}' {width} {many} with softmax, and {ONE_HOT}", changes)
        if width is not None and many != classes:
            yield Mend(f"Give '{output.layer}' {width} {many}", (_set(output, width, many),))
        if output.loss == SPARSE and width is not None and many != classes:
            both = (_set(output, width, many), _lost(output, ONE_HOT))
            yield Mend(f"Give '{output.layer}' {width} {many} and {ONE_HOT}", both)
    if len(output.shape) > 2 and len(values.shape) < len(output.shape):
        yield from _of_one_row(output, values)
    if output.recurrent and not output.steps and len(values.shape) == len(output.shape) + 1:
        yield _sequences(output, on=True)


def _of_one_row(output: Output, values: Values) -> Iterator[Mend]:
    """The output has places or steps, the target has not: they are brought together before the last layer."""
    if output.steps:
        yield _sequences(output, on=False)
    before = {4: ("Flatten", "GlobalAveragePooling2D"), 3: ("Flatten", "GlobalAveragePooling1D")}
    widen: tuple[Config, ...] = ()
    if output.width is not None and len(values.shape) == 2 and output.loss != SPARSE:
        widen = (_set(output, output.width, values.shape[1]),) if values.shape[1] != output.shape[-1] else ()
    other = None
    if output.loss == ONE_HOT and fits(values.shape, (None, 1), "output"):
        other = SPARSE
    elif output.loss == SPARSE and len(values.shape) == 2 and values.shape[1] == output.shape[-1] != 1:
        other = ONE_HOT
    losses = (_lost(output, other),) if other is not None else ()
    for class_name in before.get(len(output.shape), ()):
        change: Config = {"insert": class_name, "settings": {}, "before": output.layer}
        label = f"Insert {class_name} before '{output.layer}'"
        yield Mend(f"{label} and use {other}" if losses else label, (change, *(losses or widen)))


def _sequences(output: Output, *, on: bool) -> Mend:
    change: Config = {"set": {"layer": output.recurrent, "field": "return_sequences", "value": on}}
    return Mend(f"Switch {'on' if on else 'off'} return sequences of '{output.recurrent}'", (change,))


def _class_numbers(output: Output) -> Mend:
    changes = [] if output.activation == "softmax" else [_set(output, "activation", "softmax")]
    return Mend(f"Use {SPARSE}", (*changes, _lost(output, SPARSE)))


def _one_hot(output: Output, values: Values, classes: int) -> Mend:
    return Mend(f"Make one-hot rows of {values.name}", ({"array": values.name, "one_hot": classes},))


def _one_number(output: Output, values: Values) -> Mend:
    """One unit: a probability for yes or no, any number for a measurement."""
    measured = values.distinct != 2
    activation, loss = ("linear", SQUARED[0]) if measured else ("sigmoid", BINARY)
    changes = [_set(output, output.width or "units", 1), _set(output, "activation", activation), _lost(output, loss)]
    return Mend(f"Give '{output.layer}' one unit with {activation}, and {loss}", tuple(changes))


def _of_numbers(output: Output, values: Values) -> Iterator[Mistake]:
    low, high, classes = values.minimum, values.maximum, output.shape[-1]
    if low is None or high is None:
        return
    if output.loss == SPARSE and values.whole is False:
        sentence = (
            f"'{output.name}' wants classes as whole numbers, but {values.name} holds amounts from {low:g} to {high:g}."
        )
        yield Mistake("labels", output.name, sentence, (_one_number(output, values),))
    elif output.loss == SPARSE and classes is not None and (low < 0 or high >= classes):
        yield _of_class_numbers(output, values, low, high, classes)
    elif output.loss == BINARY and (low < 0 or high > 1):
        yield _of_yes_and_no(output, values, low, high)
    elif output.loss == ONE_HOT and (low < 0 or high > 1):
        sentence = f"'{output.name}' is compared with rows of {values.name} from {low:g} to {high:g}, not with 0 and 1."
        yield Mistake("labels", output.name, sentence, (_loss(output, SQUARED[0]),), severity="warning")
    elif output.loss in SQUARED:
        yield from _of_amounts(output, values, low, high)


def _of_amounts(output: Output, values: Values, low: float, high: float) -> Iterator[Mistake]:
    """Numbers that the last activation never gives."""
    limit, ends = _SQUASHED.get(output.activation), f"({output.activation})"
    if limit is not None and (high > limit or low < -limit):
        goes = f"{values.name} goes from {low:g} to {high:g}"
        sentence = f"'{output.layer}' gives numbers up to {limit:g} {ends}, but {goes}."
        mends = (_activation(output, "linear"), _scaled(values))
        yield Mistake("activation", output.layer, sentence, mends, severity="warning")
    elif output.activation in _POSITIVE and low < 0:
        sentence = f"'{output.layer}' gives no numbers below 0 {ends}, but {values.name} goes down to {low:g}."
        yield Mistake("activation", output.layer, sentence, (_activation(output, "linear"),), severity="warning")


def _scaled(values: Values) -> Mend:
    largest = values.largest or 1
    return Mend(f"Divide {values.name} by {largest:g}", ({"array": values.name, "divide": largest},))


def _of_class_numbers(output: Output, values: Values, low: float, high: float, classes: int) -> Mistake:
    sentence = sentences.knows_classes(output.name, classes, values.name, low, high)
    mends: list[Mend] = []
    if low != 0 and high - low < classes:
        mends.append(Mend(f"Count from 0: subtract {low:g}", ({"array": values.name, "add": -int(low)},)))
    if low >= 0 and output.width is not None:
        more = int(high) + 1
        mends.append(Mend(f"Give '{output.layer}' {output.width} {more}", (_set(output, output.width, more),)))
    if low < 0 and output.width is not None and high - low >= classes:
        more = int(high - low) + 1
        changes: tuple[Config, ...] = ({"array": values.name, "add": -int(low)}, _set(output, output.width, more))
        mends.append(Mend(f"Count from 0 and give '{output.layer}' {output.width} {more}", changes))
    return Mistake("labels", output.name, sentence, tuple(mends))


def _of_yes_and_no(output: Output, values: Values, low: float, high: float) -> Mistake:
    sentence = (
        f"'{output.name}' is compared with 0 and 1 (binary_crossentropy), but {values.name} holds {low:g} to {high:g}."
    )
    mends: list[Mend] = []
    if values.distinct == 2 and low != high:
        onto: Config = {"array": values.name, "add": -low, "divide": high - low}
        mends.append(Mend(f"Make 0 and 1 of {low:g} and {high:g}", (onto,)))
    elif values.whole and low >= 0 and output.width is not None:
        many = int(high) + 1
        changes = (_set(output, output.width, many), _set(output, "activation", "softmax"), _lost(output, SPARSE))
        mends.append(Mend(f"Give '{output.layer}' {many} units with softmax, and {SPARSE}", changes))
    amounts = (_set(output, "activation", "linear"), _lost(output, SQUARED[0]))
    mends.append(Mend(f"Give '{output.layer}' activation linear and {SQUARED[0]}", amounts))
    return Mistake("labels", output.name, sentence, tuple(mends))


__all__ = ["output_mistakes", "target_mistakes"]
