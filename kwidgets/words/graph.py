"""Commands on the graph: lines of the undo list, and what is refused."""

from collections.abc import Sequence


def input_lets_nothing_through(layer: str) -> str:
    return f"'{layer}' is an input of the model; there is nothing before it to let through."


def merge_lets_no_single_wire_through(layer: str) -> str:
    return f"'{layer}' merges several wires, so there is no single one to let through."


def output_cannot_be_bypassed(layer: str) -> str:
    return f"'{layer}' is an output of the model, which the targets are compared with."


REMOVE_OR_BYPASS_THE_LAYER_BEFORE = "Remove it instead, or bypass the layer before it."


# What comes with a command.


def must_be_a_text(key: str, value: object) -> str:
    return f"'{key}' must be a text, not {value!r}."


def no_such_node(node: object) -> str:
    return f"There is no node {node!r} any more."


def must_list_a_node(key: str) -> str:
    return f"'{key}' must list at least one node."


LAYERS_MUST_NAME_ONE = "'layers' must name at least one layer."


def no_such_layer(name: object) -> str:
    return f"There is no layer {name!r} any more."


FORM_IS_REFRESHED = "The form has been refreshed; try again."


def no_such_wire(wire: object) -> str:
    return f"There is no wire {wire!r} any more."


def no_position(value: object) -> str:
    return f"A position is two numbers, not {value!r}."


A_LAYER_NEEDS_A_NAME = "A layer needs a name."


def name_is_too_long(most: int, length: int) -> str:
    return f"A name has at most {most} characters; this one has {length}."


CONTROL_CHARACTERS_IN_A_NAME = "A name may not hold control characters."


def name_is_taken(name: str) -> str:
    return f"There is already a layer named '{name}'."


CHOOSE_ANOTHER_NAME = "Choose another name."


# Trying a command.


def no_such_command(name: object) -> str:
    return f"There is no command {name!r}."


# Undo, folds, a run that locks the graph.
STOP_THE_RUN_FIRST = "Pause or stop the run first."


def nothing_to_undo_or_redo(step: str) -> str:
    return f"There is nothing to {step}."


OPEN_A_FOLD = "open a fold"
CLOSE_A_FOLD = "close a fold"
RESTORED = "restore"
OPEN_ALL_FOLDS = "open all folds"
CLOSE_ALL_FOLDS = "close all folds"


def locked_stop_the_run_first(why: str) -> str:
    return f"{why} {STOP_THE_RUN_FIRST}"


NOTHING_TO_COPY = "Nothing is chosen that could be copied."
CHOOSE_A_CARD_FIRST = "Choose a card first."
CHANGED_IN_ANOTHER_VIEW = "The model was changed in another view meanwhile."


# Layers and wires.
SETTINGS_MUST_BE_A_TABLE = "'settings' must be a table of names and values."
INPUT_STANDS_ON_NO_WIRE = "An Input begins a model and stands on no wire; it was put beside it."


def input_with_a_usual_shape(shape: str) -> str:
    return f"An Input of {shape} came with it, as is usual before such a layer: give it the shape of your samples."


def added(class_name: str) -> str:
    return f"add {class_name}"


def steps_are_lists(most: int) -> str:
    return f"'set' and 'before' are lists of at most {most} steps."


EACH_STEP_MUST_BE_A_TABLE = "Each step must be a table."


def deleted(layers: str, not_joined: str | None) -> str:
    """not_joined: layers that cannot take what came before."""
    return f"delete {layers}{_left(not_joined)}"


def cut(layers: str, not_joined: str | None) -> str:
    return f"cut {layers}{_left(not_joined)}"


def _left(not_joined: str | None) -> str:
    return "" if not_joined is None else f"; {not_joined} cannot take what came before and is not joined"


def nothing_into_an_input(layer: str) -> str:
    return f"{layer} is an input of the model; nothing can be wired into it."


WIRE_OUT_OF_IT_INSTEAD = "Wire out of it instead."


def index_is_no_whole_number(value: object) -> str:
    return f"'index' must be a whole number from 0, not {value!r}."


def already_wired(source: str, target: str) -> str:
    return f"{source} is already wired to {target}."


def connected(source: str, target: str) -> str:
    return f"connect {source} to {target}"


def joins_nothing(class_name: str) -> str:
    return f"A {class_name} takes one wire and joins none."


CHOOSE_A_MERGE = "Choose a layer that merges, like Add."


def joined(layer: str, other: str, class_name: str) -> str:
    return f"join {layer} and {other} by {class_name}"


def would_close_a_circle(way: str) -> str:
    return f"This wire would close a circle: {way}."


DATA_FLOW_ONE_WAY = "Data must flow one way; remove another wire first."
WIRES_MUST_LIST_ONE = "'wires' must list at least one wire."
DISCONNECTED_A_WIRE = "disconnect a wire"


def disconnected(count: int) -> str:
    return f"disconnect {count} wires"


INPUT_STAYS_AT_THE_BEGINNING = "An input stays at the beginning."


def merge_has_no_single_place(layer: str) -> str:
    return f"{layer} merges several wires, so it has no single place in a stack."


ARRANGED = "arrange"
NOTHING_MOVED = "nothing moved"


def moved_after(layer: str, other: str) -> str:
    return f"move {layer} after {other}"


def moved_to_the_beginning(layer: str) -> str:
    return f"move {layer} to the beginning"


def has_a_place_already(layer: str) -> str:
    return f"{layer} has its own place already."


ONLY_WITHOUT_WIRES_ONTO_A_WIRE = "Only a layer without wires goes onto a wire."


def put_after(layer: str, other: str) -> str:
    return f"put {layer} after {other}"


INPUT_CANNOT_BE_USED_TWICE = "An input cannot be used twice."
DRAW_SEVERAL_WIRES = "Draw several wires out of it instead."


def used_again(layer: str) -> str:
    return f"use '{layer}' again"


POSITIONS_MUST_GIVE_A_PLACE = "'positions' must give a place for at least one node."


def cards(count: int) -> str:
    return f"{count} cards"


def moved(cards: str) -> str:
    return f"move {cards}"


OUTPUT_MUST_BE_TRUE_OR_FALSE = "'output' must be true or false."


def input_cannot_be_an_output(layer: str) -> str:
    return f"{layer} is an input; it cannot be an output as well."


PUT_A_LAYER_AFTER_IT = "Put a layer after it."
NOTHING_CHANGED = "nothing changed"


def made_an_output(layer: str) -> str:
    return f"make {layer} an output"


def no_output_any_more(layer: str) -> str:
    return f"{layer} is no output any more"


def cannot_replace(class_name: str, layer: str, layer_class: str) -> str:
    return f"A {class_name} cannot stand in the place of '{layer}' ({layer_class})."


def replaced(layer: str, other: str) -> str:
    return f"replace '{layer}' by '{other}'"


# What is chosen.


def not_put_on_the_wire(why: str, hint: str) -> str:
    return f"Not put on the wire: {why} {hint}"


def not_wired_behind(layer: str, why: str) -> str:
    return f"Not wired behind '{layer}': {why}"


def takes_another_shape(layer: str, shapes: Sequence[str]) -> str:
    return f"'{layer}' takes {' and '.join(shapes)} here; it was made for another shape."


def begins_and_ends_at(starts: str, ends: str) -> str:
    return f"it begins at {starts} and ends at {ends}."


HOLDS_NOTHING_BUT_AN_INPUT = "it holds nothing but an input."
WHAT_A_WIRE_TAKES = "A wire takes what has one way in and one way out."


def duplicated(layers: str) -> str:
    return f"duplicate {layers}"


NOTHING_TO_PASTE = "There is nothing to paste in this text."


def no_weights_to_freeze(layers: str) -> str:
    return f"{layers} has no weights to freeze."


CHOOSE_A_LAYER_THAT_LEARNS = "Choose a layer that learns."


def bypassed(layers: str) -> str:
    return f"bypass {layers}"


def switched_on(layers: str) -> str:
    return f"switch on {layers}"


def must_be_true_or_false(key: str, value: object) -> str:
    return f"'{key}' must be true or false, not {value!r:.80}."


def no_such_side(sides: str, value: object) -> str:
    return f"'side' is one of {sides}, not {value!r:.80}."


def aligned(count: int) -> str:
    return f"align {count} cards"


def no_such_axis(value: object) -> str:
    return f"'axis' is horizontal or vertical, not {value!r:.80}."


def distributed(count: int) -> str:
    return f"distribute {count} cards"


NODES_MUST_LIST_ONE = "'nodes' must list at least one node."
PLACES_MUST_GIVE_EACH_PLACE = "'places' must give the place of each node as it is shown."


def choose_more_cards(least: int) -> str:
    return f"Choose at least {least} cards."
