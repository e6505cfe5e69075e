"""Files of public repositories by name: a committed list says repository, commit, path and digest; a mirror holds the bytes.

The list has one file a line, fields behind tabs: repository, commit, path, SHA-256, and where one is needed a second path
(the architecture of a file of weights). The mirror is a folder of clones, `owner+name`, each at the commit of the list or later.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


class Entry(NamedTuple):
    """One file of a repository."""

    repository: str
    commit: str
    path: str
    digest: str
    beside: str = ""

    def line(self) -> str:
        """How the list has it."""
        return "\t".join(field for field in self if field) + "\n"


class NotThere(Exception):
    """A repository or file is not in the mirror; the message says how to get it."""


def read_list(name: str) -> list[Entry]:
    """The entries of a list of this folder."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [Entry(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def git_folder(mirror: Path, repository: str) -> Path:
    """Where a mirror has a repository. Raises NotThere with the command that fetches it."""
    for top in (mirror / repository.replace("/", "+"), mirror / repository):
        for folder in (top / "repo", top / "repo" / ".git", top, top / ".git"):
            if (folder / "HEAD").exists():
                return folder
    target = mirror / repository.replace("/", "+")
    raise NotThere(f"not in the mirror: git clone --bare https://github.com/{repository} {target}")


def git(folder: Path, *arguments: str) -> bytes:
    """What a git command prints. Raises NotThere."""
    process = subprocess.run(["git", "--git-dir", str(folder), *arguments], capture_output=True, check=False)
    if process.returncode:
        raise NotThere(process.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    return process.stdout


def content(mirror: Path, entry: Entry, path: str | None = None) -> bytes:
    """The bytes of an entry's file, or of another file of its commit. Raises NotThere."""
    wanted = entry.path if path is None else path
    data = git(git_folder(mirror, entry.repository), "show", f"{entry.commit}:{wanted}")
    if path is None and hashlib.sha256(data).hexdigest() != entry.digest:
        raise NotThere("another file than the list says")
    return data


def files_of(mirror: Path, repository: str, endings: Iterable[str]) -> Iterator[Entry]:
    """Entries for the files of a repository that a mirror has whole and that end so."""
    folder = git_folder(mirror, repository)
    commit = git(folder, "rev-parse", "HEAD").decode().strip()
    for line in git(folder, "ls-tree", "-r", "-l", "-z", "HEAD").decode("utf-8", "replace").split("\0"):
        about, _, path = line.partition("\t")
        size = about.split()[-1] if about else ""
        if size.isdigit() and path.lower().endswith(tuple(endings)):
            digest = hashlib.sha256(git(folder, "show", f"{commit}:{path}")).hexdigest()
            yield Entry(repository, commit, path, digest)


def unpack(mirror: Path, entry: Entry, endings: tuple[str, ...], target: Path, room: int = 1 << 27) -> None:
    """Write the files of an entry's commit that end so into a folder, smaller ones first while there is room. Raises NotThere."""
    folder = git_folder(mirror, entry.repository)
    sizes: list[tuple[int, str, str]] = []
    for line in git(folder, "ls-tree", "-r", "-l", "-z", entry.commit).decode("utf-8", "replace").split("\0"):
        about, _, path = line.partition("\t")
        _, _, blob, size = about.split() if about else ("", "", "", "")
        if size.isdigit() and path.lower().endswith(endings):
            sizes.append((int(size), path, blob))
    blobs: dict[str, str] = {}
    for size, path, blob in sorted(sizes):
        room -= size
        if room < 0:
            break
        blobs[path] = blob
    target.mkdir()
    process = subprocess.run(
        ["git", "--git-dir", str(folder), "cat-file", "--batch"],
        input="".join(f"{blob}\n" for blob in blobs.values()).encode(),
        capture_output=True,
        check=True,
    )
    stream = io.BytesIO(process.stdout)
    for path in blobs:
        size = int(stream.readline().split()[-1])
        data = stream.read(size + 1)[:-1]
        if target.resolve() in (target / path).resolve().parents:
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(data)


def write_section(heading: str, text: str) -> None:
    """Put a part of docs/public.md in place of the one under the same heading, or behind the rest."""
    path = FOLDER.parents[1] / "docs" / "public.md"
    parts = path.read_text("utf-8").split("\n## ") if path.exists() else ["# Files of public repositories\n"]
    kept_parts = [part for part in parts if not part.startswith(heading)]
    path.write_text("\n## ".join([*(part.rstrip("\n") + "\n" for part in kept_parts), f"{heading}\n\n{text}"]), "utf-8")


def rows_of(heading: str) -> list[list[str]]:
    """The rows of the last table under a heading of docs/public.md, cell by cell."""
    parts = (FOLDER.parents[1] / "docs" / "public.md").read_text("utf-8").split("\n## ")
    part = next((part for part in parts if part.startswith(heading)), "")
    lines = part[part.rfind("\n|---") :].split("\n")[2:]
    return [[one.strip() for one in line[1:].rstrip("|").split(" | ")] for line in lines if line.startswith("|")]


def cell(text: str, longest: int = 160) -> str:
    """A text for a table of Markdown."""
    line = " ".join(text.split()).replace("|", "/").replace("<", "&lt;")
    return line if len(line) <= longest else line[: longest - 1] + "…"
