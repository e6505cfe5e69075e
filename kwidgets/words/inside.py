"""Looking inside the network: what Python says of it."""

from __future__ import annotations

NO_DATA = "There is no sample to look at yet."
CHOOSE_DATA = "Choose data on the Data page."
NO_LABELS = "Gradients need targets, and none are chosen."
NOT_IN_THE_MODEL = "This card is not part of the model that runs."
SHOW_ITS_LAYERS = "It stands for several layers; open it to look at one."
NO_WEIGHTS = "This layer has no weights."
NOT_TRAINED = "Nothing of this layer is trained, so it has no gradients of weights."

MEAN = "Mean"
LARGEST = "Largest"
SMALLEST = "Smallest"
ZERO = "Zero"
DIFFERENT = "Different rows"
BAD = "Not a number"
RMS = "RMS"
LOSS = "Loss"
DEAD = "Dead"
DEAD_ONES = "Dead ones"
SATURATED = "Saturated"
SCORE = "Score"
PREDICTED = "Predicted"
INPUT = "Input"
SALIENCY = "Saliency"
GRAD_CAM = "Grad-CAM"
OUTPUT_GRADIENT = "gradient of the output"
ZERO_SHARE = "share of zeros, by unit"
MEAN_BY_UNIT = "mean, by unit"
SATURATED_BY_UNIT = "saturated share, by unit"

# What of a layer gives the numbers in Python.
CALLS = {
    "output": "output(x)",
    "weights": "weights",
    "gradients": "gradients(x, y)",
    "units": "units(x)",
    "sample": "saliency(x)",
}

WEIGHT_COLUMNS = ["Gradient RMS", "Largest", "Update\u00a0: weight"]
MODEL_OUTPUT = "Output of the model"
NO_WORD = "(no word)"
NEAREST_COLUMNS = ["Nearest rows"]
ROW_NUMBER_COLUMNS = ["Place", "Number"]
SALIENCY_COLUMNS = ["Place", "Saliency"]
NUMBERS_OF_ROWS = "It gives numbers of rows, such as words: names, whose size says nothing."
NAN = "There are values that are no numbers."
ALL_DEAD = "All units gave 0 for every sample of the probe."


def how_of_output(samples: str, shape: str) -> str:
    return f"of the {shape} numbers that the layer gives for {samples}"


def sample(row: int) -> str:
    return f"sample {row}"


def probe(samples: int) -> str:
    return "1 sample of the probe" if samples == 1 else f"{samples} samples of the probe"


def how_of_weight(name: str, shape: str) -> str:
    return f"of the {shape} numbers of {name}"


def how_of_gradients(samples: str) -> str:
    return f"the loss on {samples} as one batch, as the next training step would have it"


def how_of_units(samples: str) -> str:
    return f"units that gave 0 everywhere for {samples}"


def how_of_saturation(samples: str) -> str:
    return f"values within 1 % of an end of the function, for {samples}"


def how_of_score(unit: int) -> str:
    return f"output {unit} for this sample"


def occlusion(size: int) -> str:
    return f"Occlusion, windows of {size}"


def channel(index: int) -> str:
    return f"channel {index}"


def of(count: int, total: int) -> str:
    return f"{count} of {total}"


def of_sequence(steps: int, channels: int) -> str:
    return f"{steps} steps →, {channels} channels ↓"


def of_matrix(rows: int, columns: int) -> str:
    return f"{rows} × {columns}"


def head(number: int, heads: int) -> str:
    return "Attention" if heads == 1 else f"Attention, head {number}"


def of_scores(queries: int, keys: int) -> str:
    return f"{queries} ask ↓, {keys} are asked →"


def row(index: int) -> str:
    return f"row {index}"


def values_of(name: str) -> str:
    return f"{name}: values"


def dead_units(dead: int, units: int) -> str:
    return f"{dead} of {units} units gave 0 for every sample of the probe."


VANISHING = "The gradient has nearly vanished here: it is less than a hundred-thousandth of the largest one."
EXPLODING = "The gradient explodes here: it is more than ten thousand times that at the last layer."


# Of a card's trouble: what it may come from, and what helps.
HINTS = {
    "nan": "Look for NaN in the data, and lower the learning rate; “Step through” below says where it comes up first.",
    "vanishing": "It hardly learns. Rectifiers in place of sigmoids, batch normalisation or a way around the layers help.",
    "exploding": "Its updates may undo what was learnt. A lower rate helps, or a limit on the gradient's norm (clipnorm).",
}
# Up to this share of a layer's units may be dead without harm, as a rule of thumb.
HARMLESS = 0.25


def no_number_for_each_class(shape: str) -> str:
    return f"The model gives {shape} numbers, not one for each class. Saliency, Grad-CAM and occlusion ask about one number."


def share_text(share: float) -> str:
    """A share in per cent, as the page writes it.

    >>> share_text(0.5), share_text(0.0123), share_text(0.0)
    ('50 %', '1.2 %', '0 %')
    """
    percent = 100 * share
    return f"{percent:.2g} %" if 0 < percent < 10 else f"{percent:.0f} %"


def dead_hint(dead: int, units: int) -> str:
    share = dead / max(units, 1)
    cause = "Often the learning rate was too high early on"
    if share <= HARMLESS:
        return f"{cause}; at {share_text(share)}, no harm yet."
    return f"{cause}; at {share_text(share)} the layer is narrower than it looks. A lower rate or LeakyReLU helps."


def no_such_row(row: object, rows: int) -> str:
    return f"The data have samples 0 to {rows - 1}; {row!r} is none of them."


def paused_before(epoch: int, batch: int, why: str) -> str:
    return f"Paused before batch {batch} of epoch {epoch}: {why}."


EACH_BATCH = "each batch was asked for"


def too_many_rows(count: int, most: int) -> str:
    return f"A probe has at most {most} samples, not {count}."


NO_ROWS = "A probe has at least one sample."


def of_the_model_before(epoch: int) -> str:
    return f"The weights after epoch {epoch} are of the model before it was changed: they do not fit it as it is now."


def no_checkpoint(epoch: int) -> str:
    return f"The weights after epoch {epoch} are not kept."


def unknown_part(what: object) -> str:
    return f"One looks at output, weights, gradients, units or sample, not at {what!r}."


STEP_COLUMNS = ["Gradient RMS", "Largest", "Change"]
NO_GRADIENT = "The loss does not depend on it: there is no gradient."
AS_ONE_BATCH = "The probe as one batch"
NO_SUCH_BATCH = "There is no such batch to step through now."
NOT_KEPT = "What was trained is not known any more."
SOMEWHERE = "a number that is none"
NO_EPOCH_KEPT = "No weights of earlier epochs are kept, so it cannot be told since when."
AFTER_NO_EPOCH = "After none of the epochs whose weights are kept: it came up since the last of them."
NOT_AFTER_THE_LAST = "It was so earlier, and not after the last epoch whose weights are kept."


def loss_text(loss: float) -> str:
    return "NaN" if loss != loss else "infinite" if loss in (float("inf"), float("-inf")) else f"{loss:.6g}"


def batch_of(epoch: int, batch: int) -> str:
    return f"Batch {batch} of epoch {epoch}"


def bad_batch(epoch: int, number: int, place: str) -> str:
    return f"Batch {number} of epoch {epoch}: {place}."


def first_bad(place: str) -> str:
    return f"First {place}."


def gradient_of(name: str) -> str:
    return f"gradient of {name}"


def how_of_step(numbers: int, samples: int, forward: bool) -> str:
    what = "that the layer gives" if forward else "of the gradient of the loss with respect to what the layer gives"
    return f"of the {numbers} numbers {what}, for the {samples} samples of the batch"


def in_short(sign: str | None, dead: int, units: int) -> str:
    return {None: "nothing wrong", "dead": f"{dead} of {units} dead", "nan": "NaN"}.get(sign, str(sign))


def since_epoch(epoch: int) -> str:
    return f"Since epoch {epoch}, of those whose weights are kept."


def since_the_first(epoch: int) -> str:
    return (
        f"After epoch {epoch} already, the first whose weights are kept." if epoch else "Before the training already."
    )


def no_limit(value: object) -> str:
    return f"A limit is a number, not {value!r}."


def no_class(value: object) -> str:
    return f"A class is a whole number from 0 on, not {value!r}."
