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
BAD = "Not a number"
RMS = "RMS"
LOSS = "Loss"
DEAD = "Dead"
SATURATED = "Saturated"
SCORE = "Score"
PREDICTED = "Predicted"
INPUT = "Input"
SALIENCY = "Saliency"
GRAD_CAM = "Grad-CAM"
OCCLUSION = "Occlusion"
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

WEIGHT_COLUMNS = ["Gradient RMS", "Largest", "Update : weight"]
NEAREST_COLUMNS = ["Nearest rows"]
NAN = "There are values that are no numbers."
ALL_DEAD = "All units gave 0 for every sample of the probe."


def how_of_output(samples: str, shape: str) -> str:
    return f"of the {shape} numbers that the layer gives for {samples}"


def sample(row: int) -> str:
    return f"sample {row}"


def probe(samples: int) -> str:
    return "the 1 sample of the probe" if samples == 1 else f"the {samples} samples of the probe"


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


def channel(index: int) -> str:
    return f"channel {index}"


def of(count: int, total: int) -> str:
    return f"{count} of {total}"


def row(index: int) -> str:
    return f"row {index}"


def values_of(name: str) -> str:
    return f"{name}: values"


def dead_units(dead: int, units: int) -> str:
    return f"{dead} of {units} units gave 0 for every sample of the probe."


VANISHING = "The gradient has nearly vanished here: it is less than a hundred-thousandth of the largest one."
EXPLODING = "The gradient explodes here: it is more than ten thousand times that at the last layer."


def no_such_row(row: object, rows: int) -> str:
    return f"The data have samples 0 to {rows - 1}; {row!r} is none of them."


def paused_before(epoch: int, batch: int, why: str) -> str:
    return f"Paused before batch {batch} of epoch {epoch}: {why}."


def too_many_rows(count: int, most: int) -> str:
    return f"A probe has at most {most} samples, not {count}."


NO_ROWS = "A probe has at least one sample."


def no_checkpoint(epoch: int) -> str:
    return f"The weights after epoch {epoch} are not kept."


def unknown_part(what: object) -> str:
    return f"One looks at output, weights, gradients, units or sample, not at {what!r}."
