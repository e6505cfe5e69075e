"""The choice of what computes: the devices that there are now, cards with the memory that is free."""

from __future__ import annotations

import engine
from engine.errors import EngineError
from engine.experiment import bytes_in_words

from ..messages import DevicesAnswer
from ..words import settings as say

AUTO, CPU = "auto", "cpu"


def device_choice() -> DevicesAnswer:
    """The names of the devices, and how each card is shown.

    >>> device_choice()["options"][:2]
    ['auto', 'cpu']
    """
    try:
        cards = [one for one in engine.devices() if one.name != CPU]
    except EngineError as error:
        # A card that has gone away does not take the form with it.
        return {"options": [AUTO, CPU], "labels": {CPU: say.cards_do_not_answer(CPU, str(error))}}
    labels = {
        one.name: say.card(one.name, one.title, bytes_in_words(one.free), bytes_in_words(one.memory)) for one in cards
    }
    return {"options": [AUTO, CPU, *labels], "labels": labels}
