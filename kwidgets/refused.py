"""The one way a command says no: a sentence for the person, and where on the screen it belongs."""

from __future__ import annotations

LONGEST = 400


class Refused(Exception):
    """A command that was not carried out; nothing has changed.

    why: one sentence saying what is wrong.  hint: what to do instead, or None.
    expected: of a bad value, what `why` says without naming the value, for places that show the value themselves.
    field: the form's field that was given a bad value.  line, column: place in a pasted text, counted from 1.
    mend: what the same gesture does about it where it is asked to, as words of a button.
    """

    def __init__(
        self,
        why: str,
        hint: str | None = None,
        *,
        expected: str | None = None,
        field: str | None = None,
        line: int | None = None,
        column: int | None = None,
        mend: str | None = None,
    ) -> None:
        # What a file or a person wrote may stand in the sentence, whatever its length.
        why = " ".join(why.splitlines()) if len(why) <= LONGEST else " ".join(why[: LONGEST - 1].splitlines()) + "…"
        super().__init__(why if hint is None else f"{why} {hint}")
        self.why = why
        self.hint = hint
        self.expected = expected
        self.field = field
        self.line = line
        self.column = column
        self.mend = mend

    def message(self) -> dict[str, object]:
        """Plain form for the reply to the browser; fields that are None are left out except the hint."""
        answer: dict[str, object] = {"refused": self.why, "hint": self.hint}
        for key in ("field", "line", "column", "mend"):
            if getattr(self, key) is not None:
                answer[key] = getattr(self, key)
        return answer
