"""What every view shares: the front end's bundle, the message envelope, one sending thread, a still picture.

From the browser comes `{do, id, seen, ...}`; back goes `{id, ok: true, ...}` or `{id, refused, hint, ...}`, with
buffers where bytes are wanted. State goes out as read-only traits, whole each time. Everything leaves from one thread
(`session/sender.py`), so that a gesture, a cell and a training may change things at the same time; a reply goes after
the state that it speaks of.
"""

from __future__ import annotations

import hashlib
import logging
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from engine.errors import EngineError

from ..refused import Refused
from ..session.sender import Sender
from ..words import still as still_words
from ..words import views as say
from . import notebook
from .sheet import Sheet
from .still import Still

STATIC = Path(__file__).resolve().parent.parent / "static"
Message = Mapping[str, Any]
# What a gesture is answered with, as plain data; a reply adds the bytes that go with it.
Answer = Mapping[str, object]
Reply = tuple[Answer, list[bytes]]
# A reply that must be made in the sending thread, because it has to fit what was sent before.
Later = Callable[[], Reply]
# Content by its MIME type, and metadata.
MimeBundle = tuple[dict[str, Any], dict[str, Any]] | None
Gesture = Callable[[Message], "Answer | Reply | Later | None"]
# If a connection is dead, messages beyond this number are dropped.
MOST_WAITING = 1000
STILL = "still"


class BundleMissing(RuntimeError):
    """The front end has not been built."""


@dataclass(frozen=True)
class Bundle:
    """The built front end. loader: what every widget carries; script and style: the program, fetched once a page."""

    loader: str
    script: bytes
    style: bytes

    @property
    def version(self) -> str:
        """Tells programs apart: two kernels of a page may run different releases."""
        return hashlib.sha256(self.script + self.style).hexdigest()[:16]


def bundle(folder: Path) -> Bundle:
    """The built front end. Raises BundleMissing, which says how to build it."""
    parts = [folder / name for name in ("loader.js", "kwidgets.js", "kwidgets.css")]
    missing = next((path for path in parts if not path.is_file()), None)
    if missing is not None:
        raise BundleMissing(say.front_end_is_missing(missing))
    loader, script, style = (path.read_bytes() for path in parts)
    return Bundle(loader.decode(), script, style)


class View(anywidget.AnyWidget):
    """Base of the views. A subclass fills `_gestures`, and writes `_send_state` and `sheet`.

    carries_program: send the program along with the widget, for a kernel that cannot hear the page's question for it
    because a cell blocks it.
    """

    static_folder: ClassVar[Path] = STATIC

    _esm = traitlets.Unicode().tag(sync=True)
    _program = traitlets.Unicode().tag(sync=True)
    _script = traitlets.Unicode().tag(sync=True)
    _style = traitlets.Unicode().tag(sync=True)
    # Distinguishes the widgets of a page: what was typed in a view that is gone is for the next view of its widget. Also the
    # id of the widget's model, by which its view sees whether there is a kernel.
    _widget = traitlets.Unicode().tag(sync=True)
    view = traitlets.Unicode(read_only=True).tag(sync=True)
    # Of the newest still picture.
    still = traitlets.Int(0, read_only=True).tag(sync=True)

    def __init__(self, view: str, carries_program: bool = False) -> None:
        self._sender = Sender(self._send_marked)
        widget = uuid.uuid4().hex
        self._still = Still(widget, self.sheet, self.sentence, lambda: self._sender.mark(STILL))
        self._gestures: dict[str, Gesture] = {"still": lambda _: self._still.message()}
        self._outgoing: deque[Later] = deque(maxlen=MOST_WAITING)
        built = bundle(self.static_folder)
        carried = {"_script": built.script.decode(), "_style": built.style.decode()} if carries_program else {}
        super().__init__(_esm=built.loader, _program=built.version, _widget=widget, model_id=widget, **carried)
        self.set_trait("view", view)
        self.on_msg(self._receive)

    def _send_state(self, names: set[str]) -> None:
        """Bring the traits of these names up to date and send what belongs to them; runs in the sending thread."""
        raise NotImplementedError(f"{type(self).__name__}._send_state")

    def sheet(self) -> Sheet:
        """What a still picture shows; from any thread."""
        raise NotImplementedError(f"{type(self).__name__}.sheet")

    def sentence(self, moment: datetime) -> str:
        """How to bring a picture of a moment to life, in words."""
        return still_words.run_to_train(moment)

    def changed(self, *names: str, often: bool = False) -> None:
        """Have the state of these names sent; `often`: at most ten times a second."""
        self._sender.mark(*names, often=often)
        self._still.touch()

    def settled(self, timeout: float = 10.0) -> bool:
        """Wait until everything has been sent; whether that came in time (seconds)."""
        return self._sender.drain(timeout)

    def open(self) -> None:
        """Open the connection to the browser."""
        super().open()
        _answer_where_asked(self.comm)

    def close(self) -> None:
        """Take the view away; what it showed lives on."""
        self._still.close()
        self._sender.close()
        # ipywidgets makes one for each view, and leaves it behind.
        self.layout.close()
        super().close()

    def post(self, content: Answer, buffers: Sequence[bytes] = ()) -> None:
        """Send a message after the state that is waiting to go."""
        self._post_later(lambda: (content, list(buffers)))

    def _post_later(self, made: Later) -> None:
        self._outgoing.append(made)
        self._sender.mark("messages")

    def show(self, **states: object) -> None:
        """Set traits, only those that differ; in the sending thread (or before there is one)."""
        for name, value in states.items():
            if getattr(self, name) != value:
                self.set_trait(name, value)

    def _send_marked(self, names: set[str]) -> None:
        try:
            if STILL in names:
                self.show(still=self._still.serial)
            if names - {"messages", STILL}:
                self._send_state(names - {"messages", STILL})
        finally:
            while self._outgoing:
                content, buffers = self._outgoing.popleft()()
                self.send(content, buffers)

    def _receive(self, _: object, message: object, buffers: object) -> None:
        """Answer one message of the browser; whatever goes wrong is said there, never raised into the kernel."""
        if not isinstance(message, Mapping):
            return
        made = self._answer({**message, "buffers": buffers} if buffers else message)

        def reply() -> Reply:
            content, attached = made() if callable(made) else made
            return {"id": message.get("id"), **content}, attached

        self._post_later(reply)

    def _answer(self, message: Message) -> Reply | Later:
        name = message.get("do")
        if name == "program":
            built = bundle(self.static_folder)
            return {"ok": True}, [built.script, built.style]
        gesture = self._gestures.get(name) if isinstance(name, str) else None
        try:
            if gesture is None:
                raise Refused(say.no_such_gesture(name))
            reply = gesture(message) or {}
        except Refused as refusal:
            return refusal.message(), []
        except (EngineError, OSError) as error:
            return Refused(str(error), getattr(error, "hint", None)).message(), []
        except Exception as error:
            logging.getLogger(__name__).exception("The gesture %r failed.", name)
            why = say.went_wrong(type(error).__name__, error)
            return Refused(why, say.LOG_HAS_THE_DETAILS).message(), []
        if callable(reply):
            return lambda: _accepted(reply())
        return _accepted(reply if isinstance(reply, tuple) else (reply, []))

    def shown_as(self, **kwargs: Any) -> MimeBundle:
        """What a notebook shows: the live widget; None for a view that is closed. The still picture is put before it."""
        # ipywidgets takes the method away from a closed widget.
        shown = getattr(self, "_repr_mimebundle_", None)
        return None if shown is None else shown(**kwargs)

    def _repr_mimebundle_(self, **kwargs: Any) -> MimeBundle:
        """The live widget, after a still picture for readers without a kernel."""
        live = super()._repr_mimebundle_(**kwargs)
        if live is None:
            return None
        if notebook.is_notebook():
            self._still.show()
        data, metadata = live
        return {**data, "text/plain": still_words.live_view(type(self).__name__)}, metadata


def _answer_where_asked(comm: Any) -> None:
    """Have the kernel handle a page's messages in the subshell that the page names.

    ipykernel 7.4 takes the one whose message it handled last when something was sent. A view sends from a thread of its
    own, so after a reload that is often the subshell of the page that is gone: every later message of the new page
    was dropped, Stop among them.
    """
    if not hasattr(comm, "_reply_subshell_for"):
        return

    def named(_: object, subshell: str | None) -> str | None:
        remembered = getattr(comm, "_reply_subshell_ids", None)
        if remembered:
            remembered.clear()
        return subshell

    comm._reply_subshell_for = named


def _accepted(reply: Reply) -> Reply:
    content, attached = reply
    return {"ok": True, **content}, attached
