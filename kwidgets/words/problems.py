"""What is wrong in the graph."""

# Layers that are wrong.

GIVE_THE_SHAPE_OF_ONE_SAMPLE = "Give the shape of one sample."
NEEDS_A_SHAPE = "needs a shape"
NEEDS_A_WIRE = "needs a wire into it"


def takes_a_missing_output(layer: str, output: int, source: str, count: int) -> str:
    return f"'{layer}' takes output {output} of '{source}', which has {count}."


CONNECT_IT_AGAIN = "Connect it again."
WIRE_THE_LAYER_BEFORE = "Wire the layer before it to it."


def too_large(size: str) -> str:
    return f"too large: {size}"


def weights_too_large(layer: str, size: str, before: str | None, limit: str) -> str:
    rest = "" if before is None else f", after {before} of the layers before it"
    return f"The weights of '{layer}' take {size}{rest}; a model may take {limit} of the free memory."


def result_too_large(layer: str, size: str, limit: str) -> str:
    return f"What '{layer}' gives for one sample takes {size}; a model may take {limit} of the free memory."


MAKE_IT_SMALLER = "Make it smaller; K.set_memory_limit in a cell changes the limit."


def input_number(index: int) -> str:
    return f"input {index}"


def needs(expected: str) -> str:
    return f"needs {expected}"


NOTHING_IS_LEFT = "nothing is left"
# Graphs that are wrong.
NO_OUTPUT_OF_THE_BLOCK = "it is no output of the block"


def inside(block: str, sentence: str) -> str:
    return f"In {block}: {sentence}"


def leads_nowhere(layer: str, why: str) -> str:
    return f"'{layer}' leads nowhere: nothing uses it and {why}."


WIRE_IT_ON_OR_REMOVE = "Wire it on, or remove it."
THE_MODEL_IS_EMPTY = "The model is empty."
ADD_AN_INPUT_THEN_LAYERS = "Add an Input, then layers after it."
THE_MODEL_HAS_NO_INPUT = "The model has no input."
ADD_AN_INPUT_AT_THE_BEGINNING = "Add an Input at the beginning."
ADD_A_LAYER_AFTER_THE_INPUT = "Add a layer after the input."
MARK_THE_LAST_AS_OUTPUT = "Mark the last layer as an output."
THE_MODEL_HAS_NO_OUTPUT = "The model has no output."
IT_IS_NO_OUTPUT = "it is no output"


def no_loss(output: str) -> str:
    return f"Output '{output}' has no loss."


CHOOSE_ONE_UNDER_TRAINING = "Choose one under training."


# Why a shape is what it is.


def bypassed(shape: str) -> str:
    return f"bypassed: it hands on what comes in, {shape}"


def waits_for(layer: str) -> str:
    return f"It waits for '{layer}', which is not right yet."
