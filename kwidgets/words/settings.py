"""Settings of layers, of the data and of training."""

from collections.abc import Sequence

# Helps of settings that the engine does not declare.
LEARN_THE_WEIGHTS = "learn this layer's weights"
SHAPE_OF_AN_INPUT = "sizes of one sample, without the batch; empty while unknown"
BATCH_SIZE_OF_AN_INPUT = "fixed number of samples in a batch; empty: any"
DTYPE_OF_AN_INPUT = "kind of number"


# What computes.
def card(name: str, title: str, free: str, memory: str) -> str:
    return f"{name}: {title}, {free} of {memory} free"


def cards_do_not_answer(name: str, why: str) -> str:
    return f"{name} (no graphics card answers: {why:.120})"


# Commands on settings.
VALUE_IS_MISSING = "'value' is missing."
SEVERAL_WITH_ONE_NAME = "Several layers cannot have one name."


def in_layers(change: str, count: int) -> str:
    return f"{change} of {count} layers"


def renamed(old: str, new: str) -> str:
    return f"rename '{old}' to '{new}'"


def model_has_no(what: str, name: object) -> str:
    return f"The model has no {what} named {name!r}."


def array_is_no_name(value: object) -> str:
    return f"An array is chosen by its name, not by {value!r}."


def data(names: str) -> str:
    return f"data: {names:.80}"


def validation_share(share: float) -> str:
    return f"validation share {share:g}"


def own_validation(keys: Sequence[str]) -> str:
    return f"validation: {', '.join(dict.fromkeys(keys))}"


VALIDATION_BY_SHARE = "validation by a share of the rows"


def is_not_trained_on(key: str) -> str:
    return f"'{key}' is not trained on, so nothing is measured in its place."


CHOSE_DATA = "choose data"
MOVED_A_STEP = "move a step of the table"
CHANGED_THE_STEPS = "steps of the table"
CHANGED_THE_INPUTS = "inputs of the table"
CHANGED_THE_SPLIT = "split of the table"


def target_column(column: str) -> str:
    return f"predict {column:.60}"


def added_step(kind: str) -> str:
    return f"add step {kind}"


def removed_step(kind: str) -> str:
    return f"remove step {kind}"


def changed_step(kind: str) -> str:
    return f"change step {kind}"


NOTHING_TO_SET = "Nothing to set."


def training_has(names: str) -> str:
    return f"Training has: {names}."


def no_such_kind(kinds: str, value: object) -> str:
    return f"A model is one of {kinds}, not {value!r}."


def new(kind: str) -> str:
    return f"new {kind}"


NO_SEQUENTIAL = "This graph branches, merges or shares a layer, so it cannot be a Sequential."


def made_a(kind: str) -> str:
    return f"make it a {kind}"


NAME_OF_A_MODEL = "A model's name has 1 to 256 characters and no control characters."


NO_PROGRAM_WAS_OPENED = "No program was opened from which another model could be taken."


def chose_the_model(name: str) -> str:
    return f"take the model {name:.80}"


def named_the_model(name: str) -> str:
    return f"name the model '{name}'"


def template(title: str) -> str:
    return f"template {title}"


# Forms.
WEIGHTS = "Weights, regularisers, constraints"
MORE = "More"


def shared_by(count: int, layers: int) -> str:
    return f"{count} of {layers}"


# Settings whose words are not simply their name with spaces.
LABELS = {
    "activity_regularizer": "Output regularizer",
    "batch_input_shape": "Shape",
    "clipnorm": "Clip norm",
    "clipvalue": "Clip value",
    "data_format": "Channel axis",
    "dilation_rate": "Dilation",
    "dims": "Order of axes",
    "dtype": "Kind of number",
    "input_dim": "Vocabulary",
    "l1": "L1",
    "l2": "L2",
    "lr": "Learning rate",
    "n": "Times",
    "output_dim": "Vector length",
    "stddev": "Strength of noise",
    "terminate_on_nan": "Stop at NaN",
    "trainable": "Learns",
    "validation_split": "Validation share",
}

# Values of settings.
NONE = "none"
ON = "on"
OFF = "off"
# A function or a class of the user's own.
OWN = "own"


def change(field: str, old: str | None, new: str) -> str:
    """A line of the undo list; old: None where several values differed."""
    return f"{field} → {new}" if old is None else f"{field} {old} → {new}"


# Reading layers.


def did_you_mean(name: str) -> str:
    return f"Did you mean '{name}'?"


def no_name_of_a_layer(most: int, value: object) -> str:
    return f"A name has 1 to {most} characters and no control characters, not {value!r:.90}."


def no_layer_class_named(class_name: object) -> str:
    return f"There is no layer class {class_name!r:.82}."


def two_layers_named(name: str) -> str:
    return f"There are two layers named '{name:.80}'."


GIVE_EACH_LAYER_ITS_OWN_NAME = "Give each layer its own name."


def has_no_setting(class_name: str, key: str) -> str:
    return f"{class_name} has no setting '{key}'."


TRAINABLE_MUST_BE_TRUE_OR_FALSE = "'trainable' must be true or false."


def needs_a_value(class_name: str, name: str, key: str) -> str:
    return f"{class_name} '{name:.80}' needs a value for '{key}'."


def must_be(key: str, expected: str) -> str:
    return f"'{key}' must be {expected}"


def but_not(expected: str, value: object) -> str:
    return f"{expected}, not {value}."


ONLY_THE_FIRST_IS_AN_INPUT = "In a Sequential only the first layer can be an input."


def input_takes_nothing(name: str) -> str:
    return f"'{name:.80}' is an input; nothing can be wired into it."


def takes_one_input(name: str, class_name: str) -> str:
    return f"'{name:.80}' ({class_name}) takes one input."


MERGE_WITH_ADD_OR_CONCATENATE = "Merge with Add or Concatenate."


def input_is_no_output(name: str) -> str:
    return f"'{name:.80}' is an input, not an output."


# Settings of layers.


def no_layer_class(class_name: str) -> str:
    return f"There is no layer class '{class_name:.80}'."


def layer(name: str, class_name: str) -> str:
    return f"layer '{name}' ({class_name})"


BATCH_INPUT_SHAPE = "A batch_input_shape begins with the batch: null for any size."


def dtype_is_one_of(dtypes: str, value: object) -> str:
    return f"An input's dtype is one of {dtypes}, not {value!r}."


A_SHAPE_IS = "A shape is a list of sizes such as 8, 8, 1"
A_SIZE_IS = "Each size of a shape is a whole number above 0 (or free)"
A_SHAPE_HAS = "A shape has at most 32 sizes"


def trainable_is_no_switch(value: object) -> str:
    return f"'trainable' must be true or false, not {value!r}."


def its_settings_are(names: str) -> str:
    return f"Its settings are: {names}."


def holds_no_layer_with(name: str, path: str) -> str:
    return f"'{name}' holds no layer with the setting '{path:.80}'."


def inside(name: str) -> str:
    return f"{name}, inside"


SHAPE_BEFORE_BATCH_SIZE = "Set the shape of the input before its batch size."


def input_has_no_setting(key: str) -> str:
    return f"An input has no setting '{key}'."


SETTINGS_OF_AN_INPUT = "Its settings are: shape, batch_size, dtype."


# Settings of training.


def chosen_by_its_name(kind: str, value: object) -> str:
    return f"A {kind} is chosen by its name, not by {value!r}."


def nothing_named(kind: str, name: str) -> str:
    return f"There is no {kind} named '{name:.80}'."


def no_output_named(name: object) -> str:
    return f"The model has no output named {name!r}."


def optimizer_is_a_name_or_table(value: str) -> str:
    return f"An optimizer is chosen by its name, or as a table, not by {value}."


def no_learning_rate_of(value: object) -> str:
    return f"A learning rate is a number above 0, not {value!r:.80}."


def has_no_learning_rate(class_name: str) -> str:
    return f"{class_name} has no learning rate."


def loss_of(output: str, loss: str) -> str:
    return f"loss of '{output}' → {loss}"


def training_has_no_setting(key: str) -> str:
    return f"Training has no setting '{key}'."


def it_has(names: str) -> str:
    return f"It has: {names}."


def metrics(names: list[str]) -> str:
    return f"metrics {', '.join(names) or NONE}"
