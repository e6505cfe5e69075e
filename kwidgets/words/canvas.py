"""The canvas: lines of cards, folds, notes."""

# Canvas.
NO_SUCH_FOLD = "There is no such fold any more."


# Cards.


def stage(index: int) -> str:
    return f"Stage {index}"


# What stands before the first stage.
STEM = "Stem"


def waits_for(layer: str) -> str:
    return f"waits for {layer}"


# What stands on a card.
OUTPUT = "output"
SEQUENCES = "sequences"
STATEFUL = "stateful"
NORMALISED = "norm"


def strides(size: str) -> str:
    return f"strides {size}"


def dilation(size: str) -> str:
    return f"dilation {size}"


def stddev(size: str) -> str:
    return f"stddev {size}"


def alpha(size: str) -> str:
    return f"alpha {size}"


def theta(size: str) -> str:
    return f"theta {size}"


def with_a_way_round(bottleneck: bool, inverted: bool, width: int | None) -> str:
    """A block whose input is added to its result."""
    kind = ("inverted " if inverted else "") + ("bottleneck" if bottleneck else "residual")
    return kind if width is None else f"{kind} {width}"


def momentum(value: float) -> str:
    return f"momentum {value:g}"


def axis(axis: int) -> str:
    return f"axis {axis}"


def branches(count: int) -> str:
    return f"{count} branches"


def from_to(first: str, last: str) -> str:
    return f"{first} to {last}"


# Notes.


def enough_notes(most: int) -> str:
    return f"There are {most} notes already."


REMOVE_ONE_FIRST = "Remove one first."
ADDED_A_NOTE = "add a note"
CHANGED_A_NOTE = "change a note"
RESIZED_A_NOTE = "resize a note"
MOVED_A_NOTE = "move a note"
REMOVED_A_NOTE = "remove a note"


def notes_must_be_a_list(most: int) -> str:
    return f"'notes' must be a list of at most {most} notes."


def keys_of_a_note(keys: str) -> str:
    return f"A note has: {keys}."


def each_note_has_an_id(value: object) -> str:
    return f"Each note has an id of its own, not {value!r:.40}."


def no_such_note(note: object) -> str:
    return f"There is no note {note!r:.80} any more."


def note_is_too_long(most: int, length: int) -> str:
    return f"A note has at most {most} characters; this one has {length}."


CONTROL_CHARACTERS_IN_A_NOTE = "A note may not hold control characters."
