"""What is said of a model's results: how each figure was computed, and why one cannot be."""

from collections.abc import Sequence

MOST_NAMED = 12

# How figures were computed.
HOW_CONFUSION = "For each sample the class with the largest output, counted beside its true class."
HOW_BY_CLASS = (
    "Precision: right / taken for the class. Recall: right / of the class. F1: 2 right / (of the class + taken for it)."
)
HOW_ROC = "True positive rate over false positive rate at each probability that occurs; the area by trapezoids."
HOW_PRECISION_RECALL = (
    "Precision over recall at each probability that occurs; average precision: each gain of recall times its precision."
)
HOW_RESIDUALS = "True amount minus predicted amount."
HOW_SQUARED_ERROR = "Mean squared error of each sample."
HOW_CROSS_ENTROPY = "Minus the logarithm of the probability that the true class got."
HOW_ACCURACY = "Samples whose most probable class is the true one, divided by all."
HOW_LABEL_ACCURACY = "Labels that are given from a probability of 0.5 on and are right, divided by all."
HOW_MEAN_LOSS = "The mean of the losses of all samples, without penalties of layers."
HOW_EXPLAINED = "1 - sum of squared residuals / sum of squared distances from the true mean."
HOW_ABSOLUTE = "The mean of the residuals without their signs."
HOW_ROOT = "The root of the mean of the squared residuals."
HOW_WEAKEST = "The class with the least recall."
HOW_SECONDS = "The time of the last piece of samples, divided by how many it had."
HOW_AGAINST = "Both models on the same samples, each sample right or wrong by its most probable class."
HOW_AGAINST_AMOUNTS = "Both models on the same samples, each by its loss."


def how_calibration(bins: int) -> str:
    return (
        f"In {bins} bins, each with its upper edge, by the stated probability: of the predicted class, or of each label. The mean "
        "distance of that probability and the share that was right, weighted by how many lie in each bin."
    )


def how_interval(level: float) -> str:
    return (
        f"Split conformal: the residuals between which {100 * level:g} % of samples like these lie, for samples that were not "
        "trained on."
    )


def how_losses(name: str) -> str:
    return f"The loss {name} of each sample, the mean over its places."


# Figures.
ACCURACY = "accuracy"
LOSS = "loss"
WEAKEST_CLASS = "weakest class"
WEAKEST_LABEL = "weakest label"
CALIBRATION = "calibration"
SECONDS = "a prediction takes"
ABSOLUTE_ERROR = "mean absolute error"
ROOT_ERROR = "root mean squared error"
EXPLAINED = "explained variance (R2)"
MEAN_RESIDUAL = "mean residual"
TOO_LITTLE, TOO_MUCH = "predicts too little", "predicts too much"
THIS_MACHINE = "one sample, this machine"
CALIBRATION_BELOW = "mean error of the stated chance"
MEAN_OF_SAMPLES = "mean of all samples"
LABELS_RIGHT = "of all labels"


def share(value: float) -> str:
    return f"{100 * value:.1f} %" if value == value else "no value"


def off(value: float) -> str:
    return f"{100 * value:.1f} % off" if value == value else "no value"


def number(value: float) -> str:
    return f"{value:.4g}" if value == value else "no number"


def right_of(right: int, of: int) -> str:
    return f"{right:,} of {of:,} right"


def time_of(seconds: float) -> str:
    return f"{1000 * seconds:.2g} ms" if seconds < 1 else f"{seconds:.2g} s"


def interval(level: float) -> str:
    return f"{100 * level:g} % lie within"


def interval_value(low: float, high: float) -> str:
    return f"{low:+.3g} … {high:+.3g}"


def interval_covered(covered: float) -> str:
    return f"{100 * covered:.1f} % of these do"


def too_many_classes(count: int, most: int) -> str:
    return f"There are {count:,} classes; a matrix is made of at most {most:,}."


BY_CLASS_HAS_THEM = "The table by class has all of them."


# Samples.


def taken_for(true: str, predicted: str) -> str:
    return f"{true} taken for {predicted}"


def rightly(name: str) -> str:
    return f"{name}, rightly"


def chance(probability: float, name: str) -> str:
    return f"{100 * probability:.0f} % {name}"


def arrow(true: str, predicted: str) -> str:
    return f"{true} → {predicted}"


def amount(true: float, predicted: float) -> str:
    return f"{true:.4g}, predicted {predicted:.4g}"


def labels(names: Sequence[str]) -> str:
    return ", ".join(names) if names else "none"


def loss_of(value: float) -> str:
    return f"loss {value:.3g}"


WORST = "Worst by loss"
NOW_RIGHT = "Right now, wrong then"
NOW_WRONG = "Wrong now, right then"
MARKED = "Marked"
BETTER_NOW, WORSE_NOW = "Smaller loss now", "Larger loss now"
UNKNOWN_CLASS = "no class"

# The sets of samples.
SETS = {"test": "test set", "validation": "validation set", "train": "training set", "given": "these samples"}

# Why there is nothing.
NOTHING_TRAINED = "There are no results yet, since nothing is trained."
TRAIN_FIRST = "Press Train; the page fills as soon as a training has begun."
NO_WEIGHTS = "This model has no weights, so there is nothing that it could have learnt."
NO_TARGETS = "The samples have no targets, so predictions can be tried but not judged."
NO_SAMPLES = "There is no sample in this set."
NO_MEMORY = "There is not enough memory to predict these samples."
TARGETS_HINT = "Give numbers: a number for each class, one-hot rows, or amounts."
SHAPES_HINT = "Give the targets that the model is trained on."
ONE_CLASS = "All samples are of one class, so there is no ROC and no other class to be taken for."


def samples_left_out(count: int, of: int, size: str) -> str:
    return f"The figures are of {count:,} of {of:,} samples, evenly spread: the outputs of all would take {size}."


def prediction_failed(kind: str, error: object) -> str:
    return f"The samples could not be predicted: {kind}: {error}"


def targets_are_no_numbers(name: str, dtype: str) -> str:
    return f"The targets of {name} are no numbers ({dtype})."


def _shape(shape: Sequence[int]) -> str:
    return "×".join(str(size) for size in shape) or "one number"


def shapes_differ(name: str, targets: Sequence[int], predictions: Sequence[int]) -> str:
    return f"The targets of {name} are {_shape(targets)}, its predictions {_shape(predictions)}, so they cannot be compared."


def rows_differ(inputs: int, targets: int) -> str:
    return f"There are {inputs:,} samples and {targets:,} targets."


def missing_targets(count: int) -> str:
    one = "1 target is" if count == 1 else f"{count:,} targets are"
    return f"{one} missing and left out of the figures."


def no_such_class(of: object, name: str) -> str:
    return f"The output {name} has no class {of!r}."


def there_are_classes(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"There are {', '.join(names[:MOST_NAMED])}{more}."


_KINDS = {"classes": "classes", "labels": "labels", "amounts": "amounts"}


def other_kind(name: str, kind: str) -> str:
    return f"The output {name} gives {_KINDS[kind]}, which have no such figure."


ITS_FIGURES = {
    "classes": "It has: confusion, by_class, roc, precision_recall, calibration, worst.",
    "labels": "It has: by_class, roc, precision_recall, calibration, worst.",
    "amounts": "It has: residuals, interval, worst.",
}


def several_outputs(names: Sequence[str]) -> str:
    return f"The model has several outputs: {', '.join(names)}."


NAME_THE_OUTPUT = "Name one: results['name']."


def no_such_output(name: object) -> str:
    return f"The model has no output {name!r}."


def no_such_set(name: object) -> str:
    return f"There is no set {name!r}: choose test, validation or train."


def no_such_row(row: object, count: int) -> str:
    return f"There is no sample {row!r}: they are numbered from 0 to {count - 1:,}."


def no_such_picture(what: object) -> str:
    return f"There is no picture {what!r}."


NOT_THE_SAME = "Two models are compared on the same samples and the same kind of output."


def no_array_for(name: str, there: Sequence[str]) -> str:
    return f"There is no array for {name}, only for {', '.join(there[:MOST_NAMED])}."


def other_number(count: int, names: Sequence[str]) -> str:
    one = "1 array is" if count == 1 else f"{count} arrays are"
    return f"{one} given for {', '.join(names[:MOST_NAMED])}."


CHOSEN = "Chosen"


def no_curve(name: str) -> str:
    return f"There is no ROC of {name}: these samples are all of it, or none is."


def values(texts: Sequence[str], count: int) -> str:
    more = f" … ({count:,} numbers)" if count > len(texts) else ""
    return ", ".join(texts) + more


# Pictures.
FORMATS = "Choose .png, .svg or .pdf."
AXIS_PREDICTED, AXIS_TRUE = "predicted class", "true class"
AXIS_FALSE_RATE, AXIS_TRUE_RATE = "false positive rate", "true positive rate"
AXIS_RECALL, AXIS_PRECISION = "recall", "precision"
AXIS_STATED, AXIS_CAME_TRUE = "stated probability", "share that was right"
AXIS_TRUE_AMOUNT, AXIS_PREDICTED_AMOUNT = "true amount", "predicted amount"
AXIS_SAMPLES = "samples"


def there_are_pictures(names: Sequence[str]) -> str:
    return f"There are {', '.join(names)}."


def area_of(name: str, area: float) -> str:
    return f"{name}, area {area:.4f}"


def average_of(name: str, average: float) -> str:
    return f"{name}, average precision {average:.4f}"


def calibration_of(error: float) -> str:
    return f"{100 * error:.1f} % off"


def errors_of(absolute: float) -> str:
    return f"mean absolute error {absolute:.4g}"


# In a notebook.
RESULTS = "Results"


def results_of(outputs: Sequence[str], samples: int) -> str:
    return f"Results · {', '.join(outputs[:MOST_NAMED])} · {samples:,} samples"


def figure_in_words(label: str, value: str) -> str:
    return f"{label} {value}"


def not_yet(done: int, of: int) -> str:
    return f"{done:,} of {of:,} samples so far"


# Tried by hand.
NO_PICTURE_CAME = "No picture came, or one that is too large."
CANNOT_BE_TRIED = "A sample of this model cannot be given this way."
NO_RIVAL = "There is no other run here."
COMPARE_IN_CODE = "Compare with results.against(others)."
NOT_TRAINED_HERE = "Nothing is trained here, so nothing can be left out."
LEAVE_OUT_IN_CODE = "Leave the samples out where the model is trained."


def _range(low: float, high: float) -> str:
    return f"{low:g} … {high:g}"


def reads_pictures(height: int, width: int, low: float, high: float) -> str:
    return f"It is read as the data are: {height}×{width}, from {_range(low, high)}."


def reads_by_steps(steps: Sequence[str]) -> str:
    return (
        f"It goes through the data's steps: {', '.join(steps)}."
        if steps
        else "It is read as the data are, without steps."
    )


def reads_numbers(count: int) -> str:
    return "1 number." if count == 1 else f"{count:,} numbers, separated by spaces or commas."


def other_count_of_numbers(count: int, wanted: int) -> str:
    one = "1 number is" if count == 1 else f"{count:,} numbers are"
    return f"A sample has {wanted:,} numbers; {one} given."


def no_numbers(error: str) -> str:
    return f"These are no numbers: {error}."


# A builder's.
NO_DATA_CHOSEN = "No data are chosen yet: the Data page offers what there is."
ANOTHER_MODEL = "The model was changed since it was trained, so there are no results of the present one."
TRAINING_SET_ONLY = "Training goes without samples of the training set only; this set is measured on."
NOTHING_MARKED = "No sample is marked."
LARGER_THAN_THE_MEMORY = (
    "The table is larger than the memory, so its samples cannot be looked at; some of them as arrays can: "
    "`kwidgets.Results(model, x, y)`."
)
OF_AN_ARRAY = "Of a table or a folder, leave rows out by a step on the Data page."
OTHER_SAMPLES = "The run was trained on other inputs or targets, so it cannot be compared on these samples."


def rival_title(index: int, differs: str) -> str:
    return f"run {index} · {differs}" if differs else f"run {index}"


def no_weights_kept(number: int) -> str:
    return f"Run {number} has no checkpoint, so its model is not there any more."


def all_left_out(count: int) -> str:
    return f"All {count:,} training samples would be left out."


def no_number_for(name: str, text: str) -> str:
    return f"{name} takes a number, not {text!r}."


READS_SEVERAL = "The numbers of each input; one that is left empty is taken from the sample whose number stands below."
