"""Texts that are read and written: YAML, JSON, Python, the clipboard."""

# The clipboard.
NO_LAYERS_IN_THE_TEXT = "This text holds no layers: neither a copied piece nor a model."
COPY_LAYERS_OR_A_MODEL = "Copy layers of a builder, the YAML or JSON of a model, or Python that makes one."


def mark_must_be(mark: str, value: object) -> str:
    return f"'kwidgets' must be '{mark}', not {value!r:.60}."


def text_is(what: str) -> str:
    return f"This text is {what}, not the YAML or JSON of a model."


def unknown_key(key: object) -> str:
    return f"Unknown key '{key!s:.80}'."


def layers_must_be_a_list(most: int) -> str:
    return f"'layers' must be a list of 1 to {most} layers."


# Python programs.
THE_PROGRAM = "The program"
PYTHON = "Python"


def no_model_named(name: str) -> str:
    return f"The program has no model named '{name:.80}'."


def models_are(titles: str) -> str:
    return f"It has: {titles}."


def model_at(name: str, line: int, cell: int | None, file: str) -> str:
    return f"{name} ({line_of_a_model(line, cell, file)})"


def line_of_a_model(line: int, cell: int | None, file: str) -> str:
    before = f"{file}, " if file else "" if cell is None else f"cell {cell}, "
    return f"{before}line {line}"


def read_from(file: str, name: str) -> str:
    return f"Read from {file or 'a program'}: {name}. Nothing of it was run."


def other_models(titles: str) -> str:
    return f"Also in it: {titles}."


def more_notes(count: int) -> str:
    return f"… and {count} more."


# Layout.
LAYOUT_MUST_BE_A_TABLE = "'layout' must be a table of nodes and positions."


def layout_names_no_node(node: str) -> str:
    return f"'layout' names a node '{node:.80}' that is not in the model."


def places_of_a_block(card: str, inside: str) -> str:
    return f"The places of a block have: {card}, {inside}."


def inside_must_be_a_table(key: str) -> str:
    return f"'{key}' is a table of the nodes in a nested model and their positions."


# Notes on a program that is not finished.


ARRAYS_OF_A_TABLE = "The arrays are those of a table; in code it is opened, divided and trained on so:"


def not_finished(reason: str) -> str:
    return f"# Not finished: {reason}"


def yours(name: str) -> str:
    return f"# {name} is yours: define it here, before the model is built."


def default_is(written: str) -> str:
    return f"Default: {written}."


# Dialects of Keras, and what they lack.
KERAS_2 = "Keras 2"
KERAS_3 = "Keras 3"
IS_OF_KERAS_1 = "it is a layer of Keras 1"
IS_OF_LATER_KERAS = "it came with tf.keras"
IS_OF_KERAS_3 = "it came with Keras 3"
IS_OF_THIS_LIBRARY = "it is a layer of this library"
IS_FAST_ANYWAY = 'LSTM and GRU with recurrent_activation="sigmoid" compute the same'
IS_INSIDE_CONVLSTM2D = "ConvLSTM2D has it inside"
WENT_WITH_KERAS_3 = "it was taken out of Keras"
IS_A_RELU_WITH_A_THRESHOLD = "ReLU(threshold=...) is another function"


def no_such_dialect(name: object, names: str) -> str:
    return f"There is no dialect {name!r:.80}. There are: {names}."


def has_no_activation(dialect: str, name: str) -> str:
    return f"{dialect} has no activation {name!r}: define it, or choose another."


def has_no_layer(dialect: str, class_name: str, why: str) -> str:
    return f"{dialect} has no {class_name} ({why}): define it here, before the model is built."


def has_no_setting(dialect: str, class_name: str, name: str) -> str:
    return f"{dialect}: {class_name} has no {name}; it is left out."


def has_no_optimizer(dialect: str, class_name: str) -> str:
    return f"{dialect} has no {class_name}, which came with tf.keras: choose another optimizer, or define it here."


def has_no_schedule(dialect: str, class_name: str) -> str:
    return f"{dialect} has no {class_name}, which came with tf.keras: use LearningRateScheduler there."


def has_no_layer_both_ways(dialect: str) -> str:
    return f"{dialect}: Bidirectional takes no layer that goes backwards by itself."


def has_no_measure(dialect: str, name: str) -> str:
    return f"{dialect} has no {name}; it is left out."


def old_hard_sigmoid(dialect: str) -> str:
    return f"{dialect}'s own hard_sigmoid is another line; this is that of Keras 2."


THE_MODEL_HAS_NO_LAYER_YET = "the model has no layer yet."
THE_MODEL_HAS_NO_INPUT = "the model has no input."
THE_MODEL_HAS_NO_OUTPUT = "the model has no output."
HAS_NO_SHAPE_YET = "has no shape yet."
HAS_NO_INPUT_YET = "has no input yet."
MERGES_ONLY_ONE_INPUT = "merges only one input."


# Reading.


def no_such_form(value: object) -> str:
    return f"A text is yaml, json or python, not {value!r}."


def expected_found(expected: str, value: str) -> str:
    return f"Expected {expected}, found {value}."


def no_such_key(key: str) -> str:
    return f"Unknown key '{key}'."


def class_name_must_be_a_model(value: object) -> str:
    return f"'class_name' must be Sequential or Model, not {value!r}."


CONFIG_MUST_HOLD_LAYERS = "'config' must hold a list 'layers'."
DATA_MUST_BE_A_TABLE = "'data' must be a table."
KEYS_OF_DATA = "Data has: inputs, targets, source, validation."
VALIDATION_NAMES_ARRAYS = "Validation has a name of an array for the name of each array that is trained on."


def no_place_for_data(name: object) -> str:
    return f"The model has no such place for data: '{name!s:.80}'."


ARRAY_IS_NAMED_BY_A_TEXT = "An array is named by a text."
TRAINING_MUST_BE_A_TABLE = "'training' must be a table."


# Reading what is bypassed.
BYPASSED_MUST_BE_A_LIST = "'bypassed' must be a list of layers."
AN_INPUT_CANNOT_BE_BYPASSED = "An input cannot be bypassed."
BYPASSED_CLOSE_A_CIRCLE = "The wires of the bypassed layers close a circle."


def no_place_among_layers(value: object) -> str:
    return f"'place' is the number of the layer among all, from 0, not {value!r:.40}."


FEEDS_MUST_BE_A_LIST = "'feeds' must be a list of [layer, call, index, call, output, arguments]."


def does_not_feed(source: str, index: int, layer: str) -> str:
    return f"'{source:.80}' does not feed input {index} of '{layer:.80}'."


def has_no_input(layer: str, index: int) -> str:
    return f"'{layer:.80}' has no input {index}."


def takes_one_input(layer: str) -> str:
    return f"'{layer:.80}' takes one input."


WHAT_AN_ITEM_IS = "An item is [layer, call, index, call, output] or with a table of arguments."
NUMBERS_OF_AN_ITEM = "Calls, index and output are whole numbers from 0."


def no_layer_to_feed(name: str) -> str:
    return f"There is no layer '{name:.80}' that could be fed."


def no_such_call(call: int, name: str) -> str:
    return f"There is no call {call} of '{name:.80}'."


ARGUMENTS_MUST_BE_A_TABLE = "The arguments of a call must be a table."


def has_no_input_shape_yet(layer: str) -> str:
    return f"{layer} has no input shape yet."


THE_FIRST_LAYER = "the first layer"
