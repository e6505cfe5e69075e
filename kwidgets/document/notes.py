"""Notes on the canvas: texts that belong to the drawing and not to the model. Their commands, and how a text keeps them."""

from __future__ import annotations

from ..messages import Note
from ..refused import Refused
from ..words import canvas as say
from ..words import common
from .commands import Done, Message, Surroundings, a_place, a_text, command
from .draft import Draft
from .reading_layers import Mistake, Path

LONGEST_NOTE = 4000
MOST_NOTES = 500
WIDTH, HEIGHT = 200.0, 80.0
LEAST, MOST = 40.0, 2000.0
KEYS = ("id", "text", "x", "y", "width", "height")


@command("note", harmless=True)
def note(draft: Draft, message: Message, around: Surroundings) -> Done:
    """A new note {text, position: [x, y], size?: [width, height]}; 200 x 80 canvas units where no size is given."""
    if len(draft.notes) >= MOST_NOTES:
        raise Refused(say.enough_notes(MOST_NOTES), say.REMOVE_ONE_FIRST)
    x, y = a_place(message.get("position", (0, 0)))
    width, height = _a_size(message["size"]) if "size" in message else (WIDTH, HEIGHT)
    made = Note(id=_free_id(draft), text=_a_note(message), x=x, y=y, width=width, height=height)
    draft.notes = [*draft.notes, made]
    return Done(say.ADDED_A_NOTE, [made["id"]], rewired=False)


@command("set_note", harmless=True)
def set_note(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Changes of a note {note: id, text?, position?, size?}."""
    old = _found(draft, message)
    new = Note(**old)
    if "text" in message:
        new["text"] = _a_note(message)
    if "position" in message:
        new["x"], new["y"] = a_place(message["position"])
    if "size" in message:
        new["width"], new["height"] = _a_size(message["size"])
    draft.notes = [new if one is old else one for one in draft.notes]
    label = say.CHANGED_A_NOTE if "text" in message else say.RESIZED_A_NOTE if "size" in message else say.MOVED_A_NOTE
    return Done(label, [new["id"]], rewired=False)


@command("remove_note", harmless=True)
def remove_note(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Takes a note away {note: id}."""
    old = _found(draft, message)
    draft.notes = [one for one in draft.notes if one is not old]
    return Done(say.REMOVED_A_NOTE, rewired=False)


def read_notes(value: object, where: Path) -> list[Note]:
    """Notes of a text, checked. Raises Mistake with its place."""
    if not isinstance(value, list) or len(value) > MOST_NOTES:
        raise Mistake(where, say.notes_must_be_a_list(MOST_NOTES))
    notes: list[Note] = []
    for index, item in enumerate(value):
        at = (*where, index)
        if not isinstance(item, dict) or set(item) != set(KEYS):
            raise Mistake(at, say.keys_of_a_note(", ".join(KEYS)))
        if not isinstance(item["id"], str) or item["id"] in {one["id"] for one in notes}:
            raise Mistake((*at, "id"), say.each_note_has_an_id(item["id"]))
        try:
            x, y = a_place((item["x"], item["y"]))
            width, height = _a_size((item["width"], item["height"]))
            notes.append(Note(id=item["id"], text=_a_note(item), x=x, y=y, width=width, height=height))
        except Refused as refusal:
            raise Mistake(at, refusal.why, refusal.hint) from None
    return notes


def _found(draft: Draft, message: Message) -> Note:
    for one in draft.notes:
        if one["id"] == message.get("note"):
            return one
    raise Refused(say.no_such_note(message.get("note")), common.CANVAS_IS_REFRESHED)


def _free_id(draft: Draft) -> str:
    taken = {one["id"] for one in draft.notes}
    return next(f"note_{number}" for number in range(1, MOST_NOTES + 2) if f"note_{number}" not in taken)


def _a_note(message: Message) -> str:
    text = a_text(message, "text")
    if len(text) > LONGEST_NOTE:
        raise Refused(say.note_is_too_long(LONGEST_NOTE, len(text)), field="text")
    if any((ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 or 0xD800 <= ord(c) < 0xE000 for c in text):
        raise Refused(say.CONTROL_CHARACTERS_IN_A_NOTE, field="text")
    return text


def _a_size(value: object) -> tuple[float, float]:
    width, height = a_place(value)
    return min(max(width, LEAST), MOST), min(max(height, LEAST), MOST)
