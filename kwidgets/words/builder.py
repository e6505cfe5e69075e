"""A builder as a whole: files, blocks of one's own, beginnings."""

from os import PathLike

# What a builder begins with.


def begins_with_no_model(kind: str) -> str:
    return f"A builder begins with a model, a text or a path, not with a {kind}."


def file_is_no_model(name: str, what: str) -> str:
    return f"'{name}' is {what}, so it holds no model that can be opened."


def picture_carries_no_model(name: str) -> str:
    return f"'{name}' is a picture without a model inside."


def dropped_file_is_too_large(name: str, most: int) -> str:
    return f"'{name}' is larger than {most // 2**20} MB, which is the most that a page can send."


GIVE_ITS_PATH = "Open it by its path on the kernel's machine, on the start page or as Builder(path)."


# Blocks of one's own.


def block_is_too_long(most: int) -> str:
    return f"A block has at most {most} bytes."


SAVE_FEWER_LAYERS = "Save fewer layers."


def block_cannot_be_kept(name: str, folder: PathLike[str], error: object) -> str:
    return f"The block '{name}' cannot be kept in {folder}: {error}"


def no_block_named(name: str) -> str:
    return f"There is no block named '{name}'."


THE_PALETTE_HAS_BEEN_REFRESHED = "The palette has been refreshed."


def block_cannot_be_read(name: str, error: object) -> str:
    return f"The block '{name}' cannot be read: {error}"


def block_cannot_be_removed(name: str, error: object) -> str:
    return f"The block '{name}' cannot be removed: {error}."


LETTERS_OF_A_BLOCK_NAME = "Use letters, digits, spaces and - + . ( ) between them."


def no_name_of_a_block(name: object) -> str:
    return f"{name!r:.80} cannot be the name of a block."


def block_name_is_too_long(most: int) -> str:
    return f"The name of a block has at most {most} letters."


# Builder.
A_TRAINING_IS_GOING_ON = "A training is going on."


def results_are_of_an_earlier_model(keeps: str | None) -> str:
    before = "The model was changed since; these are the results before."
    return before if keeps is None else f"{before} {keeps}"


def no_known_ending(path: str) -> str:
    return f"'{path}' has no ending that says what to write."


KNOWN_ENDINGS = "Use .yaml, .json, .py, .svg, .png, .pdf or .h5."


def no_weights_for_these_layers(name: str, layers: str) -> str:
    return f"'{name}' has no weights for any of these layers: {layers}."


RENAME_THEM_AS_IN_THE_FILE = "Rename them as in the file."
DATA_PAGE_MENDS_IT = "The Data page has what mends it."


def command_must_be_a_table(value: object) -> str:
    return f"'command' must be a table, not {value!r}."


THERE_IS_NOTHING_TO_BRING_BACK = "There is nothing to bring back."
CELL_RUN_FOR_THE_FIRST_TIME = "This cell was run for the first time."


# Dashboard.
DASHBOARD_GIVES_HISTORY_ONLY = "A dashboard gives its history only."
BUILDER_EXPORTS_THE_REST = "A Builder exports the rest."


# Exports.


def no_export_named(name: object) -> str:
    return f"There is no export named {name!r}."


NO_PICTURE_OF_AN_EMPTY_GRAPH = "The graph is empty, so there is no picture."
ADD_A_LAYER_FIRST = "Add a layer first."
GRAPH_NOT_TRAINED_YET = "This graph has not been trained yet."
NO_EPOCH_HAS_ENDED_YET = "No epoch has ended yet."
TRAIN_FIRST = "Train first."


# A first model for arrays.
NO_PAIR_OF_ARRAYS = "There are no two arrays with equally many rows: one for the input, one for the target."
MAKE_ARRAYS_IN_A_CELL = "Make them in a cell, such as x_train and y_train, then press it again."


def model_before(name: str, layers: str) -> str:
    return f"{name}, {layers}"
