"""Documents that outlive a kernel: their names, what cannot be read, written or opened, and how a list shows them."""

from os import PathLike

# What is read.
STEP_DOES_NOT_FIT = "A step of the undo list does not fit the model beside it."


def must_be_a_table(key: str) -> str:
    return f"'{key}' must be a table."


def must_be_a_list(key: str) -> str:
    return f"'{key}' must be a list."


def is_damaged(name: str, why: object) -> str:
    return f"The document '{name}' is damaged: {why}"


def is_no_document(content: object) -> str:
    return f"expected the file of a document, found {content!r:.60}."


NO_FILE = "its present file is gone."
ITS_TEXT_WAS_CHANGED = "its text is not the one that was written."
ITS_VERSIONS_ARE_DAMAGED_TOO = "None of its versions can be read either."


def is_newer(name: str, schema: int, known: int) -> str:
    return f"The document '{name}' was written by a later release (its form is {schema}, this one reads up to {known})."


UPDATE_OR_COPY = "Update kwidgets to open it. Nothing of it is touched; what you make here can be saved as a copy."

# Names.
NAME_IS_A_TEXT = "The name of a document is a text with at least one letter."


def name_is_too_long(most: int, letters: int) -> str:
    return f"The name of a document has at most {most} letters, this one has {letters}."


CONTROL_CHARACTERS_IN_A_NAME = "The name of a document holds no control characters or halves of characters."
CHOOSE_ANOTHER_NAME = "Choose another name."


def copy_of(name: str, number: int) -> str:
    return f"{name} (copy)" if number == 1 else f"{name} (copy {number})"


def untitled(when: str, token: str) -> str:
    return f"untitled {when} ({token})"


def document_of_a_cell(notebook: str, cell: str, number: int) -> str:
    return f"{notebook}, cell {cell}" if number == 1 else f"{notebook}, cell {cell}, builder {number}"


# Writing.


def cannot_be_saved(folder: PathLike[str], why: object) -> str:
    return f"{folder}: {why}"


def is_too_long(most: int) -> str:
    return f"its text is longer than {most} bytes"


# What is asked for.


def no_document_named(name: object) -> str:
    return f"There is no document named {name!r:.80}."


def documents_are(names: str) -> str:
    return f"There are: {names}."


THERE_ARE_NONE = "There are none yet."


def no_such_version(version: object) -> str:
    return f"There is no version {version!r:.40} of this document."


LIST_OF_VERSIONS_IS_REFRESHED = "Open the list again."
OPENED_A_VERSION = "open a version"
BEFORE_TAKING_OVER = "before taking over"


def is_open(name: str, where: str) -> str:
    return f"The document '{name}' is open in {where}."


CLOSE_IT_FIRST = "Close it there first."
ANOTHER_KERNEL = "another kernel"


def was_deleted(name: str) -> str:
    return f"The document '{name}' was deleted."


RESTORE_BRINGS_IT_BACK = "Its restore() brings it back."


def name_is_taken(name: str) -> str:
    return f"There is another document named '{name}'."


def cannot_be_moved(name: str, why: object) -> str:
    return f"The document '{name}' cannot be deleted or brought back: {why}"


def cannot_be_renamed(name: str, why: object) -> str:
    return f"The document '{name}' cannot be renamed: {why}"


def only_its_owner_renames(name: str) -> str:
    return f"The document '{name}' is open elsewhere, so it is not renamed from here."


TAKE_IT_OVER_FIRST = "Take it over first, or keep a copy under another name."


def its_runs_did_not_follow(now: str, before: str, why: str) -> str:
    return f"The document is '{now}' now, but its runs are listed under '{before}' still: {why}"


NOBODY_HAS_IT = "This builder has the document already."

# The list in a notebook.
NAME = "name"
CHANGED = "changed"
LAYERS = "layers"
SIZE = "size"
VERSIONS = "versions"
NO_DOCUMENTS = "No documents yet."
