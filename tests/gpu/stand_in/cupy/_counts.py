"""What was asked of the stand-in card: copies to the host and back, allocations, waits; and what it is to refuse."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Counts:
    """How often each has happened.

    Attributes:
        to_host: copies from the card to the host, `float()` and `bool()` among them.
        to_card: copies from the host to the card.
        taken: arrays made; a pool hands out what was freed before.
        mallocs: arrays that the pool had no memory for, so that the card was asked.
        launches: functions called on the card.
        graphs: graphs launched.
    """

    to_host: int = 0
    to_card: int = 0
    taken: int = 0
    mallocs: int = 0
    launches: int = 0
    graphs: int = 0

    def since(self, before: Counts) -> Counts:
        """What has happened since."""
        return Counts(**{name: getattr(self, name) - getattr(before, name) for name in vars(self)})

    def copy(self) -> Counts:
        """The numbers as they stand."""
        return Counts(**vars(self))


@dataclass
class Machine:
    """What the stand-in pretends to be.

    Attributes:
        cards: how many there are.
        memory: bytes of each.
        count_error: status and words with which the runtime answers the question for cards.
        fails_after: launches after which the card is gone; None: it stays.
        launch_error: what each launch raises, as where a library is missing; None: it works.
    """

    cards: int = 2
    memory: int = 8 << 30
    count_error: tuple[int, str] | None = None
    fails_after: int | None = None
    launch_error: Exception | None = None
    live: dict[int, int] = field(default_factory=dict)


counts = Counts()
machine = Machine()
