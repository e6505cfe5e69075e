"""The documents of a user: a folder for each, with its present file, its latest versions, and who has it open.

Plain data in, plain data out; what a document holds is not known here. A file is never written over unless whoever writes has
written or read that very file: anything else in its place becomes a version first, so nothing is lost by whatever went wrong.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..refused import Refused
from ..words import documents as say
from .document_files import (
    DamagedDocument,
    Head,
    NewerDocument,
    Stored,
    read_file,
    read_head,
    renamed,
    replace_file,
    text_of,
)
from .document_names import checked_name, forward, forwarded, key_of
from .home import home
from .owners import Owner, me

MOST_VERSIONS = 20
# So many of the latest versions are never thinned out.
LATEST_VERSIONS = 10
PRESENT = "current.json"
VERSIONS = "versions"
DELETED = ".deleted"


@dataclass(frozen=True)
class Version:
    """A state that can be opened again. number: counts up, never used twice."""

    number: int
    path: Path
    head: Head


@dataclass(frozen=True)
class _Mark:
    """What tells one file from another at the same path without reading it."""

    inode: int
    size: int
    modified: int


def folder_of_documents() -> Path:
    """Where documents lie; it need not exist yet."""
    return home() / "documents"


class DocumentFolder:
    """The files of one document, for one who reads and writes them.

    path: of the folder, which need not exist yet. name: the document's true name. link: gives a file a second name.
    """

    def __init__(self, path: Path, name: str, link: Callable[[Path, Path], None] = os.link) -> None:
        self.path = path
        self.name = name
        self._link = link
        self._mine: _Mark | None = None

    @property
    def present(self) -> Path:
        """The file of the present state."""
        return self.path / PRESENT

    # Reading.

    def exists(self) -> bool:
        """Whether something is stored here."""
        return self.present.exists() or any(self._numbers())

    def read(self) -> tuple[Stored, Refused | None] | None:
        """The present state, or the newest whole version with the reason why it is only that; None where there is nothing.

        Raises NewerDocument for a file of a later release, DamagedDocument where nothing is whole, OSError.
        """
        mark = _mark(self.present)
        try:
            stored = read_file(self.present)
            self._mine = mark
            return stored, None
        except FileNotFoundError:
            reason: DamagedDocument | None = None
        except DamagedDocument as damage:
            reason = damage
        for version in self.versions():
            with contextlib.suppress(DamagedDocument, FileNotFoundError):
                return read_file(version.path), reason or DamagedDocument(say.is_damaged(self.name, say.NO_FILE))
        if reason is not None:
            raise DamagedDocument(reason.why, say.ITS_VERSIONS_ARE_DAMAGED_TOO)
        return None

    def head(self) -> Head:
        """The head of the present state, or of the newest version. Raises Refused, OSError."""
        try:
            return read_head(self.present)
        except (DamagedDocument, FileNotFoundError):
            versions = self.versions()
            if not versions:
                raise
            return versions[0].head

    def versions(self) -> list[Version]:
        """The versions whose heads can be read, newest first."""
        versions: list[Version] = []
        for number in self._numbers():
            path = self._version(number)
            with contextlib.suppress(Refused, OSError):
                versions.append(Version(number, path, read_head(path)))
        return versions

    def version(self, index: int) -> Stored:
        """A version by its number. Raises Refused."""
        try:
            return read_file(self._version(index))
        except OSError:
            raise Refused(say.no_such_version(index), say.LIST_OF_VERSIONS_IS_REFRESHED) from None

    def size(self) -> int:
        """Bytes of all files."""
        sizes = [path.stat().st_size for path in self.path.rglob("*") if path.is_file()]
        return sum(sizes)

    # Writing.

    def write(self, head: Head, content: str, *, keep: bool = False) -> None:
        """Replaces the present state. keep: what it was before becomes a version. Raises OSError; the old state then stays."""
        text = text_of(head, content)
        self.path.mkdir(parents=True, exist_ok=True)
        before = _mark(self.present)
        if before is not None and (keep or before != self._mine):
            self._keep()
        replace_file(self.present, text)
        self._mine = _mark(self.present)

    def add_version(self, head: Head, content: str) -> None:
        """Keeps a state that is not to become the present one. Raises OSError."""
        (self.path / VERSIONS).mkdir(parents=True, exist_ok=True)
        replace_file(self._version(self._next()), text_of(head, content))
        self._thin_out()

    def _keep(self) -> None:
        """Makes the present file a version, unless it is one; the same file under a second name where there are such."""
        (self.path / VERSIONS).mkdir(parents=True, exist_ok=True)
        newest = next(self._numbers(), None)
        if newest is not None and _same(self._version(newest), self.present):
            return
        target = self._version(self._next())
        try:
            self._link(self.present, target)
        except OSError:  # a file system without second names, or no right to make them
            shutil.copy2(self.present, target)
        self._thin_out()

    def _thin_out(self) -> None:
        """Leaves at most so many versions: the latest, and of older ones those that lie farthest apart in time."""
        numbers = list(self._numbers())
        while len(numbers) > MOST_VERSIONS:
            gone = _closest([(number, _saved(self._version(number))) for number in numbers])
            self._version(gone).unlink(missing_ok=True)
            numbers.remove(gone)

    def _numbers(self) -> Iterator[int]:
        """Numbers of the versions, newest first."""
        try:
            names = os.listdir(self.path / VERSIONS)
        except OSError:
            names = []
        stems = (name.removesuffix(".json") for name in names if name.endswith(".json"))
        return iter(sorted((int(stem) for stem in stems if stem.isascii() and stem.isdigit()), reverse=True))

    def _next(self) -> int:
        return next(self._numbers(), 0) + 1

    def _version(self, index: int) -> Path:
        return self.path / VERSIONS / f"{index:06d}.json"


def _closest(versions: list[tuple[int, float]]) -> int:
    """The number of the version that is missed least: neither of the latest nor the first, and near to others for its age."""
    now = versions[0][1]
    spans = {
        index: (newer[1] - older[1]) / max(now - saved, 1.0)
        for newer, (index, saved), older in zip(versions, versions[1:], versions[2:], strict=False)
    }
    latest = {number for number, _ in versions[:LATEST_VERSIONS]}
    return min((index for index in spans if index not in latest), key=lambda index: (spans[index], index))


def _saved(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _mark(path: Path) -> _Mark | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return _Mark(status.st_ino, status.st_size, status.st_mtime_ns)


def _same(one: Path, other: Path) -> bool:
    first, second = _mark(one), _mark(other)
    if first is None or second is None:
        return False
    return first == second or (first.size, first.modified) == (second.size, second.modified)


class DocumentStore:
    """All documents of a folder, by name."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = folder_of_documents() if path is None else path

    def folder(self, name: str) -> DocumentFolder:
        """The folder for a name, which need not exist. Raises Refused for what cannot be a name."""
        name = checked_name(name)
        return DocumentFolder(self.path / key_of(name), name)

    def folders(self, *, deleted: bool = False) -> list[tuple[DocumentFolder, Head]]:
        """The documents whose heads can be read, the one that was saved last first."""
        listed: list[tuple[DocumentFolder, Head]] = []
        for path in _folders_in(self.path / DELETED if deleted else self.path):
            with contextlib.suppress(DamagedDocument, NewerDocument, OSError):
                head = DocumentFolder(path, "").head()
                listed.append((DocumentFolder(path, head.name), head))
        return sorted(listed, key=lambda item: item[1].saved, reverse=True)

    def free_copy_name(self, name: str) -> str:
        """A name for a copy that no document has."""
        names = (say.copy_of(name, number) for number in itertools.count(1))
        return next(free for free in names if not self.folder(free).path.exists())

    def rename(self, folder: DocumentFolder, name: str) -> DocumentFolder:
        """Gives a document another name; gives where it is then.

        Raises Refused where the name is none or is taken, or where somebody has the document open; all stays as it was then.
        """
        target = self.free(folder, name)
        self._refuse_open(folder)
        self.put_under(folder, target)
        return target

    def free(self, folder: DocumentFolder, name: str) -> DocumentFolder:
        """The folder for another name of a document. Raises Refused for what cannot be a name, or is one already."""
        target = self.folder(name)
        if target.path.exists() and target.path != folder.path:
            raise Refused(say.name_is_taken(target.name), say.CHOOSE_ANOTHER_NAME, field="name")
        return target

    def put_under(self, folder: DocumentFolder, target: DocumentFolder) -> None:
        """Moves the files of a document to its other name, which stands in each of them. Raises Refused; nothing has changed then.

        All of them are there under the new name before the first one goes.
        """
        if target.path == folder.path:
            return
        fresh = self.path / f".{target.path.name}.{secrets.token_hex(6)}"
        try:
            (fresh / VERSIONS).mkdir(parents=True)
            for path in [*folder.path.glob(f"{VERSIONS}/*.json"), *folder.path.glob(PRESENT)]:
                _put_renamed(path, fresh / path.relative_to(folder.path), target.name)
            os.rename(fresh, target.path)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise Refused(say.cannot_be_renamed(folder.name, error.strerror or error)) from None
        shutil.rmtree(folder.path, ignore_errors=True)
        forward(self.path, folder.name, target.name)

    def present_name(self, name: str) -> str:
        """The name that a document has now which was renamed; the same one where it was not."""
        return name if self.folder(name).exists() else forwarded(self.path, name)

    def _refuse_open(self, folder: DocumentFolder) -> None:
        """Raises Refused where somebody has a document open, or it is not there."""
        if not folder.path.exists():
            raise Refused(say.no_document_named(folder.name))
        owner = Owner(folder.path, me())
        try:
            other = owner.take()
        except OSError as error:
            raise Refused(say.cannot_be_moved(folder.name, error.strerror or error)) from None
        if other is not None:
            raise Refused(say.is_open(folder.name, other.notebook or say.ANOTHER_KERNEL), say.CLOSE_IT_FIRST)
        owner.give_up()
        if not folder.exists():  # somebody else has just taken it away, and to take it made the folder anew
            shutil.rmtree(folder.path, ignore_errors=True)
            raise Refused(say.no_document_named(folder.name))

    def delete(self, folder: DocumentFolder) -> DocumentFolder:
        """Puts a document aside; gives where it is then.

        Raises Refused where somebody has it open, it is gone, or it cannot be moved.
        """
        self._refuse_open(folder)
        target = self.path / DELETED
        names = (f"{folder.path.name}.{number}" for number in itertools.count(1))
        aside = next(target / name for name in names if not (target / name).exists())
        return _moved(folder, aside)

    def restore(self, folder: DocumentFolder) -> DocumentFolder:
        """Brings back what was deleted. Raises Refused where there is another document of the name now, or it is gone."""
        back = self.folder(folder.name)
        if back.exists():
            raise Refused(say.name_is_taken(folder.name))
        if not back.path.exists():
            return _moved(folder, back.path)
        # Somebody has a document of this name open that was not saved yet: its next saving makes this one a version.
        (back.path / VERSIONS).mkdir(exist_ok=True)
        for path in [*folder.path.glob(f"{VERSIONS}/*.json"), folder.present]:
            _moved(DocumentFolder(path, folder.name), back.path / path.relative_to(folder.path))
        shutil.rmtree(folder.path, ignore_errors=True)
        return back


def _folders_in(path: Path) -> list[Path]:
    try:
        return [item for item in path.iterdir() if not item.name.startswith(".") and item.is_dir()]
    except OSError:
        return []


def _put_renamed(path: Path, target: Path, name: str) -> None:
    """Copies a file with another name of its document; one that cannot be read as it is. Raises OSError."""
    try:
        replace_file(target, renamed(path, name))
    except Refused:
        shutil.copy2(path, target)
    shutil.copystat(path, target)


def _moved(folder: DocumentFolder, target: Path) -> DocumentFolder:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(folder.path, target)
    except FileNotFoundError:
        raise Refused(say.no_document_named(folder.name)) from None
    except OSError as error:
        raise Refused(say.cannot_be_moved(folder.name, error.strerror or error)) from None
    return DocumentFolder(target, folder.name)
