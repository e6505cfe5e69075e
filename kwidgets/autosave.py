"""A document that saves itself: from a thread beside whoever edits, under a name that brings it back in another kernel.

The first change is written at once, and what comes while it is written goes with the next writing. An edit waits until the
change before it has been written, so whenever the process is killed at most the last one is missing; a hand never notices, as
writing takes some milliseconds. The thread also says every second that it lives, and gives the document up to a kernel that
takes it over.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import PurePath

from engine.experiment import BackgroundThread

from .document.commands import Change
from .document.document import Document
from .document.steps import Steps, Writer, read_steps
from .messages import Done, Notice, NoticeKind, Saving, VersionEntry
from .notices import Other, entry, notice
from .refused import Refused
from .words import documents as say
from .workspace.document_files import Head, NewerDocument, Stored, synced
from .workspace.documents import DocumentFolder, DocumentStore
from .workspace.owners import BEAT, Owner, Who

# The answer to an edit leaves before its document is written, as both want the interpreter.
_ANSWER_FIRST = 0.03
# An edit waits no longer for the writing of the one before it: a disk may hang.
_LONGEST_WAIT = 0.5
# While somebody edits, a version is made no more often.
VERSION_SECONDS = 120.0
# Of so few layers half are changed by any edit.
_FEW_LAYERS = 2
_CLOSES_WITHIN = 5.0
# Those that are open when the process ends in order.
_OPEN: weakref.WeakSet[Autosave] = weakref.WeakSet()


class Autosave:
    """Saves one document, and says how that goes.

    document: what is saved. name: under which it is stored. who: this opening of it. unnamed: the name was made up, so there
    is nothing to come back, and nothing is written before the first change. store: where documents lie. clock: for the time
    between versions, never goes back. patience: seconds that an edit waits at most for the writing of the one before it.
    """

    def __init__(
        self,
        document: Document,
        name: str,
        who: Who,
        *,
        unnamed: bool = False,
        store: DocumentStore | None = None,
        clock: Callable[[], float] = time.monotonic,
        patience: float = _LONGEST_WAIT,
    ) -> None:
        self.listeners: list[Callable[[], None]] = []
        self._document = document
        self._store = DocumentStore() if store is None else store
        self._who, self._unnamed = who, unnamed
        self._clock, self._patience = clock, patience
        self._pid = os.getpid()
        self._folder, self._owner = self._open(name)
        self._writer = Writer()
        self._io = threading.RLock()
        self._writes, self._edited = unnamed, False
        self._written: Steps | None = None
        self._saved: float | None = None
        self._synced = True
        # Whether a change is not written yet, as it could not be.
        self._unsaved = False
        self._version_made: float | None = None
        self._trouble: str | None = None
        self._notice: Notice | None = None
        # What was stored before another model came, as the present file, then as the version of this number.
        self._offers = False
        self._offered: int | None = None
        self._changed = threading.Condition()
        self._changes = self._done = self._waiting = 0
        self._version = document.version
        self._thread: BackgroundThread | None = None
        self._closed = False

    def _open(self, name: str) -> tuple[DocumentFolder, Owner]:
        folder = self._store.folder(name)
        return folder, Owner(folder.path, self._who)

    # Beginning.

    def begin(self, *, with_model: bool, again: bool = False, at_once: bool = False) -> None:
        """Brings the document back where it is stored, and saves it from now on.

        with_model: the document holds a model that code gave, which stays; what is stored can be opened. again: nobody needs
        to be told, as the same cell had it before in this kernel. at_once: what was given is saved now, not with the first change.
        """
        if not self._unnamed:
            signed = self._owner.last_sign()
            self._take()
            self._bring_back(with_model, again, signed)
        self._document.listeners.append(self._hear)
        _OPEN.add(self)
        if self._writes and not self._unnamed:
            self._start()
            if at_once and with_model and self._written is None:
                self._mark()

    def _take(self) -> None:
        try:
            other = self._owner.take()
        except OSError as error:
            self._troubled(error)
            return
        self._writes, self._trouble = other is None, None
        if other is not None:
            self._notice = notice("elsewhere", saved=other.since, **self._described(other))

    def _bring_back(self, with_model: bool, again: bool, signed: float | None) -> None:
        try:
            read = self._folder.read()
            steps = None if read is None else read_steps(read[0].content)
        except NewerDocument as newer:
            self._yield("newer", newer)
            return
        except Refused as refused:
            # What cannot be read becomes a version when something else is saved in its place.
            self._tell(notice("unreadable", why=str(refused)))
            return
        except OSError as error:
            self._troubled(error)
            return
        if read is None or steps is None:
            return
        stored, why = read
        self._saved = stored.head.saved
        if with_model and steps.draft != self._document.draft:
            self._offers = True
            self._tell(notice("given", saved=stored.head.saved, layers=stored.head.layers))
            return
        self._document.restore(steps)
        self._written = None if why else self._document.steps()
        if why is not None:
            self._tell(notice("version", saved=stored.head.saved, why=why.why))
        elif not again and not with_model:
            sign = None if signed is None else max(signed, stored.head.saved)
            self._tell(notice("restored", saved=stored.head.saved, signed=sign))

    def _yield(self, kind: NoticeKind, refused: Refused) -> None:
        """Leaves the document to others: here nothing is saved under its name."""
        self._owner.give_up()
        self._writes = False
        self._notice = notice(kind, why=str(refused))

    def _tell(self, new: Notice) -> None:
        """That somebody else has the document is more important than what came back."""
        if self._notice is None:
            self._notice = new

    # What is said and asked.

    def state(self) -> Saving:
        """How saving goes, for the page."""
        with self._io:
            known = not self._unnamed or self._saved is not None
            return {
                "name": self._folder.name if known else None,
                "saved": self._saved,
                "writes": self._writes,
                "trouble": self._trouble,
                "notice": self._notice,
            }

    @property
    def name(self) -> str:
        """The name under which the document is stored."""
        return self._folder.name

    def saves(self, folder: DocumentFolder) -> bool:
        """Whether it is this document that is saved here."""
        return self._writes and self._folder.path == folder.path

    def close_notice(self) -> None:
        """What was told has been read; that somebody else has the document is told on."""
        with self._io:
            if self._notice is not None and self._notice["kind"] not in ("elsewhere", "taken", "newer"):
                self._notice = None
        self._told()

    def versions(self) -> list[VersionEntry]:
        """What can be opened, newest first. Raises Refused."""
        entries = [entry(version.number, version.head) for version in self._folder.versions()]
        if self._offers:
            with contextlib.suppress(Refused, OSError):
                entries.insert(0, entry(0, self._folder.head()))
        return entries

    def open_version(self, number: int) -> Done:
        """Puts a version in the place of what is there, as one step of undo; 0 is what was stored before. Raises Refused."""
        if number == 0 and self._offers:
            stored = self._present()
        else:
            stored = self._folder.version(number or self._offered or 0)
        done = self._document.become(read_steps(stored.content).draft, say.OPENED_A_VERSION)
        self.close_notice()
        return done

    def _present(self) -> Stored:
        try:
            read = self._folder.read()
        except OSError as error:
            raise Refused(say.is_damaged(self.name, error.strerror or error)) from None
        if read is None:
            raise Refused(say.no_document_named(self.name))
        return read[0]

    def save_copy(self) -> None:
        """Goes on under a new name, and saves there at once. Raises Refused where that cannot be written."""
        with self._io:
            self._owner.give_up()
            self._folder, self._owner = self._open(self._store.free_copy_name(self.name))
            self._notice, self._offers, self._unnamed, self._trouble = None, False, False, None
            self._written, self._saved = None, None
            self._take()
            self._save()
        self._start()
        self._told()
        if self._trouble is not None:
            raise Refused(self._trouble)

    def rename(self, name: str) -> str:
        """Goes on under another name, with all that is stored; gives the name that it had.

        Raises Refused, and all stays as it was: what cannot be a name, is taken, or a document that somebody else has.
        """
        with self._io:
            before, target = self._folder, self._store.free(self._folder, name)
            self._save()
            if not self._writes:
                raise Refused(say.only_its_owner_renames(before.name), say.TAKE_IT_OVER_FIRST)
            if target.path != before.path:
                if before.exists():
                    self._store.put_under(before, target)
                self._owner.give_up()
                self._folder, self._owner = self._open(target.name)
                self._unnamed = False
                self._take()
                self._folder.read()  # so that the next writing knows the file for its own
        self._start()
        self._told()
        return before.name

    def take_over(self) -> None:
        """Takes the document from whoever has it, and shows it as it was saved there last.

        What was changed here meanwhile becomes a version. Raises Refused.
        """
        if self._notice is None or self._notice["kind"] not in ("elsewhere", "taken"):
            raise Refused(say.NOBODY_HAS_IT)
        try:
            self._owner.take_over()
            with self._io:
                if self._edited:
                    steps = self._document.steps()
                    self._folder.add_version(self._head(steps, say.BEFORE_TAKING_OVER), Writer().text(steps))
                self._notice = self._trouble = None
        except OSError as error:
            raise Refused(say.cannot_be_saved(self._folder.path, error.strerror or error)) from None
        self._bring_back(with_model=False, again=True, signed=None)
        with self._io:
            self._writes, self._edited = self._owner.owns, False
        self._start()
        self._told()

    # Saving.

    def _hear(self, change: Change) -> None:
        """The document has changed. Returns once the change before this one is written, or cannot be."""
        with self._changed:
            if self._closed:
                return
            before = self._changes
            is_edit, self._version = change.version != self._version, change.version
            self._edited = self._edited or is_edit
            if not self._writes or (self._written is None and not self._edited):
                # Nothing is stored for it yet, and only the notebook's data or the page's size is another.
                return
            self._changes += 1
            self._changed.notify_all()
            if is_edit and self._done < before:
                self._waiting += 1
                self._changed.notify_all()
                try:
                    self._changed.wait_for(lambda: self._done >= before or self._closed, self._patience)
                finally:  # the interrupt button may end it
                    self._waiting -= 1
        self._start()

    def _mark(self) -> None:
        with self._changed:
            self._changes += 1
            self._changed.notify_all()

    def _start(self) -> None:
        with self._changed:
            if self._thread is None and not self._closed:
                self._thread = BackgroundThread(self._run, "kwidgets-autosave", self._ask_to_end)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._changes > self._done or self._closed, BEAT)
                if self._changes > self._done:
                    self._changed.wait_for(lambda: self._waiting > 0 or self._closed, _ANSWER_FIRST)
                target, closed = self._changes, self._closed
            try:
                if target > self._done:
                    self._save()
                else:
                    self._rest()
            except Exception:
                logging.getLogger(__name__).exception("A document could not be saved.")
            with self._changed:
                self._done = target
                self._changed.notify_all()
                if closed and self._changes == target:
                    return

    def _save(self) -> None:
        """Writes the present state if it is another than what was written last."""
        with self._io:
            steps = self._document.steps()
            if not self._writes or steps == self._written:
                return
            self._unsaved = True
            if not self._still_owns():
                return
            try:
                now = self._clock()
                keep = self._is_worth_a_version(steps, now)
                head = self._head(steps)
                self._folder.write(head, self._writer.text(steps), keep=keep)
            except OSError as error:
                self._troubled(error)
                return
            if keep or self._version_made is None:
                self._version_made = now
            self._written, self._saved, self._trouble = steps, head.saved, None
            if self._offers:
                self._offered = max((version.number for version in self._folder.versions()), default=None)
            self._synced = self._offers = self._unsaved = False
        with contextlib.suppress(OSError):
            self._owner.beat()
        self._answer_who_wants_it()
        self._told()

    def _still_owns(self) -> bool:
        if self._unnamed and not self._owner.owns:
            # The name was made up: nobody else has it.
            try:
                self._owner.take()
            except OSError as error:
                self._troubled(error)
                return False
        elif self._trouble is not None and not self._owner.owns:
            self._take()
        if self._owner.still():
            return True
        if self._trouble is None:
            self._lose(self._owner.owner())
        return False

    def _is_worth_a_version(self, steps: Steps, now: float) -> bool:
        """Whether what is stored should stay as a version: as the session began, before much is another, every few minutes."""
        if self._version_made is None or now - self._version_made >= VERSION_SECONDS:
            return True
        before = self._written.draft.layers if self._written is not None else {}
        there = sum(steps.draft.layers.get(name) == part for name, part in before.items())
        return len(before) > _FEW_LAYERS and 2 * there < len(before)

    def _head(self, steps: Steps, label: str | None = None) -> Head:
        draft = steps.draft
        said = label if label is not None else steps.undo[-1].label if steps.undo else ""
        return Head(self._folder.name, time.time(), len(draft.layers), draft.name, said)

    def _rest(self) -> None:
        """Nobody edits: what was written is brought to the disk, what could not be is tried again, others are answered."""
        with self._io:
            if self._trouble is not None:
                if self._unsaved:
                    self._save()
                elif self._still_owns():
                    self._trouble = None
                    self._told()
            if not self._writes or not self._owner.owns:
                return
            try:
                if not self._synced:
                    synced(self._folder.present)
                    self._synced = True
                if self._still_owns():
                    self._owner.beat()
            except OSError as error:
                self._troubled(error)
        self._answer_who_wants_it()

    def _answer_who_wants_it(self) -> None:
        with self._io:
            other = self._owner.wanted_by() if self._owner.owns else None
            if other is None:
                return
            steps = self._document.steps()
            if steps != self._written and (self._edited or self._written is not None):
                with contextlib.suppress(OSError):
                    self._folder.write(self._head(steps), self._writer.text(steps))
            self._owner.give_up(other)
            self._lose(other)

    def _lose(self, to: Who | None) -> None:
        self._writes, self._edited = False, False
        self._notice = notice("taken", saved=time.time(), **self._described(to))
        self._told()

    def _described(self, other: Who | None) -> Other:
        """The notebook of another opening, and whether it is in this very kernel."""
        if other is None:
            return {"by": None, "here": False}
        here = (other.host, other.pid) == (self._who.host, self._who.pid)
        return {"by": other.notebook and PurePath(other.notebook).name, "here": here}

    def _troubled(self, error: OSError) -> None:
        self._trouble = say.cannot_be_saved(self._folder.path, error.strerror or error)
        self._writes = True
        self._told()

    def _told(self) -> None:
        for listener in list(self.listeners):
            listener()

    def _ask_to_end(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def close(self) -> None:
        """Saves what is not saved yet, and lets others have the document."""
        if self._pid != os.getpid():  # a copy of this process, which has no thread
            return
        self._ask_to_end()
        thread = self._thread
        if thread is not None:
            thread.join(_CLOSES_WITHIN)
        _OPEN.discard(self)
        if self._hear in self._document.listeners:
            self._document.listeners.remove(self._hear)
        with self._io:
            if self._owner.owns:
                if not self._synced:
                    with contextlib.suppress(OSError):
                        synced(self._folder.present)
                self._owner.give_up()


def open_here(folder: DocumentFolder) -> Autosave | None:
    """What saves the document of a folder in this kernel, if it is open here."""
    return next((one for one in list(_OPEN) if one.saves(folder)), None)


@atexit.register
def _close_all() -> None:
    for one in list(_OPEN):
        one.close()
