"""Nested models, groups and wrappers."""

# Grouping, taking apart, wrapping.


def grouped(layers: str, name: str) -> str:
    return f"group {layers} as '{name}'"


def input_stays_outside(layer: str) -> str:
    return f"'{layer}' is an input of the model and stays outside a block."


LEAVE_IT_OUT = "Leave it out."


def used_outside(layer: str) -> str:
    return f"'{layer}' is also used outside the choice."


CHOOSE_ALL_ITS_USES = "Choose all its uses, or leave it out."


def is_bypassed(layer: str) -> str:
    return f"'{layer}' is bypassed."


SWITCH_ON_THEN_GROUP = "Switch it on or remove it, then group."
WIRE_IT_FIRST_OR_LEAVE_IT_OUT = "Wire it first, or leave it out."


def path_comes_back(layer: str) -> str:
    return f"A path leaves the choice through '{layer}' and comes back."


CHOOSE_THE_LAYERS_BETWEEN_AS_WELL = "Choose the layers between as well."
LAYERS_ARE_NOT_CONNECTED = "The chosen layers are not connected with each other."
CHOOSE_CONNECTED_LAYERS = "Choose layers that are wired together."


def two_outputs(layers: str) -> str:
    return f"{layers} are outputs of the model; a block can hold one."


LEAVE_ONE_OF_THEM_OUT = "Leave one of them out."


def shape_is_not_known(layer: str) -> str:
    return f"The shape that comes from '{layer}' is not known yet."


MEND_BEFORE_THE_CHOSEN_LAYERS = "Mend what is wrong before the chosen layers first."


def no_block_of_layers(name: str) -> str:
    return f"'{name}' is no block of layers."


CHOOSE_A_NESTED_MODEL = "Choose a nested model."


def used_several_times(name: str, count: int) -> str:
    return f"'{name}' is used {count} times and shares its weights."


REMOVE_THE_OTHER_USES_FIRST = "Remove the other uses first."
SWITCH_IT_ON_FIRST = "Switch it on first."


def takes_more_inputs(name: str, inputs: int, wired: int) -> str:
    return f"'{name}' takes {inputs} inputs, and {wired} are wired."


WIRE_THEM_FIRST = "Wire them first."


def ungrouped(name: str) -> str:
    return f"ungroup '{name}'"


def no_such_wrapper(wrappers: str, value: object) -> str:
    return f"A wrapper is one of {wrappers}, not {value!r:.80}."


def has_no_wrapper(name: str) -> str:
    return f"'{name}' has no wrapper."


def cannot_be_wrapped(wrapper: str, name: str, class_name: str) -> str:
    return f"A {wrapper} cannot be put round '{name}' ({class_name})."


UNWRAPPED = "take the wrapper off"


def wrapped(wrapper: str) -> str:
    return f"{wrapper} round"


# Commands inside a block.


def fold_and_wire(name: str) -> str:
    return f"Fold '{name}' and wire its card"


def choose_only_inside(name: str) -> str:
    return f"Choose only what is inside '{name}'"


def reaches_across_the_edge(name: str) -> str:
    return f"This reaches across the edge of '{name}'."


def or_take_it_apart(instead: str) -> str:
    return f"{instead}, or take it apart first (Shift+G)."


MENDS_BELONG_TO_THE_WHOLE_MODEL = "Mends belong to the whole model."
DATA_BELONG_TO_THE_WHOLE_MODEL = "Data belong to the whole model."


def no_command_inside(name: object) -> str:
    return f"There is no command {name!r:.80} inside a block."


def no_bypass_inside(name: str) -> str:
    return f"A layer inside '{name}' cannot be bypassed: a nested model has no place to keep it."


def take_apart_or_remove(name: str) -> str:
    return f"Take '{name}' apart first, or remove the layer."


def inside(label: str, name: str) -> str:
    return f"{label} in '{name}'"


def has_no_inputs_of_its_own(name: str) -> str:
    return f"'{name}' takes in what is wired to it; it has no inputs of its own to add or remove."


def take_apart_for_an_input(name: str) -> str:
    return f"Take '{name}' apart first to give it another input."


def left_without_an_output(name: str) -> str:
    return f"'{name}' would be left without an output."


def remove_or_choose_an_output(name: str) -> str:
    return f"Remove '{name}' itself, or make another layer its output."


def no_chain_any_more(name: str) -> str:
    return f"'{name}' is no chain of layers any more, and the shape that comes into it is not known."


def mend_before(name: str) -> str:
    return f"Mend what is wrong before '{name}' first."


# Blocks that are gone.
NO_SUCH_BLOCK = "There is no such block any more."


# What can be opened.


def cannot_be_taken_apart(name: str, why: str) -> str:
    return f"'{name}' cannot be taken apart: {why}"


NO_NESTED_MODEL = "it is no nested model."


def no_such_node(node: object) -> str:
    return f"There is no node {node!r:.80} any more."


def applied_to_each_step(name: str) -> str:
    return f"'{name}' applies a whole model to each step, so its layers have no shapes of their own on the canvas."


EDIT_IN_THE_INSPECTOR = (
    "Edit their settings in the inspector; to add or wire layers, set 'Wrapped in' to nothing there, "
    "open the model, and wrap it again."
)


def has_no_layers_inside(name: str) -> str:
    return f"'{name}' has no layers inside."


ONLY_A_NESTED_MODEL_OPENS = "Only a nested model can be opened."


def holds_no_layers(name: str) -> str:
    return f"'{name}' holds no layers."


TAKE_IT_OUT = "Take it out, or write its layers on the Code page."
