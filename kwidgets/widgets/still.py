"""The still picture of a view, which a saved notebook shows where no kernel, no script and no network are.

It lies in outputs of its own, before the live one: a PNG, and a sentence that says how to bring it to life. JupyterLab makes a
view anew whenever its output's data change, even where they name the same widget, so data beside the live view cannot be
updated without a flicker; outputs of their own can, by their display ids, and the live view hides them while it is there.
JupyterLab forgets display ids when a page is reloaded. So each update has a number, which the page is told, and a page whose
notebook holds an older one asks for the picture and writes it into the notebook itself.
"""

from __future__ import annotations

import base64
import logging
import threading
import weakref
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import NamedTuple

from ..messages import StillPicture
from ..session.sender import Sender
from . import notebook
from .sheet import KEYWORD, Picture, Sheet, draw

PNG = "image/png"
# Seconds between two updates while things go on; more where drawing takes long, so that it takes at most this share, up to a
# bound: the first one also loads matplotlib.
SECONDS_BETWEEN, MOST_SECONDS = 2.0, 10.0
MOST_SHARE = 0.01
# After a change others tend to follow, and its answer goes first.
SECONDS_BEFORE = 0.5
# Of one pixel that cannot be seen: what is shown until the cell ends, when the first picture is drawn.
_NOTHING = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
# While the picture's own output is followed by the live one, hosts write "Loading widget..." or that there is no such model
# into the latter. Where nothing but such words stands there, the sentence says it better.
_STYLE = ".jp-OutputArea-child:has(.{name}) + .jp-OutputArea-child > .jp-OutputArea-output:not(:has(*)){{display:none}}"


class _Drawn(NamedTuple):
    sheet: Sheet
    picture: Picture
    sentence: str


class Still:
    """Publishes and updates the picture of one widget.

    Args:
        widget: what distinguishes the widget in a page, 32 letters and digits.
        sheet: gives what is to be seen now; called in the drawing thread, or in the main thread at the end of a cell.
        sentence: how to bring it to life, for the moment of a picture.
        tell: called after each update.
    """

    def __init__(
        self, widget: str, sheet: Callable[[], Sheet], sentence: Callable[[datetime], str], tell: Callable[[], None]
    ) -> None:
        self._widget = widget
        self._sheet = sheet
        self._sentence = sentence
        self._tell = tell
        self._sender = Sender(lambda _: self._later(), SECONDS_BETWEEN, share=MOST_SHARE, rarest=MOST_SECONDS)
        self._lock = threading.RLock()
        self._drawn: _Drawn | None = None
        self._end_watching: Callable[[], None] | None = None
        # Whether the latest picture has been published at the end of a cell.
        self._said_at_the_end = False
        self.serial = 0

    def show(self) -> None:
        """Put the picture under the cell that runs; it is drawn when the cell ends, so that the live view comes first."""
        if self._end_watching is None:
            self._end_watching = notebook.after_each_cell(weakref.WeakMethod(self._end_cell))
        self._publish(update=False)
        self._sender.mark("still", often=True)

    def touch(self) -> None:
        """Say that something may have changed; costs nothing where the picture is not shown."""
        if self._end_watching is not None:
            self._sender.mark("still", often=True)

    def bring(self) -> None:
        """Bring the picture up to date now, if anything on it has changed."""
        if self._end_watching is None:
            return
        try:
            with self._lock:
                sheet = self._sheet()
                if self._drawn is None or self._drawn.sheet != sheet:
                    self._draw(sheet)
                    self._publish(update=True)
                    self._said_at_the_end = False
        except Exception:
            # Neither a cell nor a training may fail for its picture.
            logging.getLogger(__name__).exception("The still picture could not be drawn.")

    def message(self) -> tuple[StillPicture, list[bytes]]:
        """The picture for a page that writes it into its notebook: the outputs' content, the PNG as a buffer."""
        with self._lock:
            picture, html, text = self._content()
            shown: StillPicture = {
                "number": self.serial,
                "words": self._words(),
                "width": picture.width,
                "height": picture.height,
                "html": html,
                "text": text,
            }
            return shown, [picture.png]

    def close(self) -> None:
        """Bring it up to date a last time and leave it as it is."""
        self.bring()
        self._sender.close()
        if self._end_watching is not None:
            self._end_watching()
            self._end_watching = None

    def _end_cell(self) -> None:
        """What runs a notebook without a page (nbclient, papermill) hears nothing between two cells: say it again then."""
        before = self.serial
        self.bring()
        with self._lock:
            if not self._said_at_the_end and self.serial == before:
                self._publish(update=True)
            self._said_at_the_end = True

    def _later(self) -> None:
        """What the drawing thread does."""
        if self._sender.rest(SECONDS_BEFORE):
            self.bring()

    def _draw(self, sheet: Sheet) -> None:
        self.serial += 1
        picture = draw(sheet, f"{self._widget} {self.serial}")
        self._drawn = _Drawn(sheet, picture, self._sentence(datetime.now().astimezone()))

    def _content(self) -> tuple[Picture, str, str]:
        """The picture, the sentence as HTML and as text; before the first drawing, none of them can be seen."""
        if self._drawn is None:
            return Picture(_NOTHING, 1, 1), "", ""
        name = f"kw-still-{self._widget}"
        html = f'<p class="kw-still {name}">{escape(self._drawn.sentence)}</p><style>{_STYLE.format(name=name)}</style>'
        return self._drawn.picture, html, self._drawn.sentence

    def _words(self) -> str:
        """The picture for those who cannot see it."""
        if self._drawn is None:
            return ""
        sheet = self._drawn.sheet
        return "\n".join(filter(None, (sheet.title, sheet.line, *sheet.layers)))

    def _publish(self, update: bool) -> None:
        """Two outputs: viewers that sanitise HTML would take a picture out of it, so the picture stands alone."""
        picture, html, text = self._content()
        size = {"width": picture.width, "height": picture.height}
        shown = {PNG: base64.b64encode(picture.png).decode("ascii"), "text/plain": self._words()}
        notebook.publish(shown, {PNG: size}, f"{KEYWORD}-{self._widget}", update)
        sentence = {"text/html": html, "text/plain": text}
        notebook.publish(sentence, {}, f"{KEYWORD}-{self._widget}-sentence", update)
        if update:
            self._tell()
