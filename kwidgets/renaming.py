"""Giving a document another name: its files, what saves it in this kernel, and its runs."""

from __future__ import annotations

from collections.abc import Callable

from .autosave import Autosave, open_here
from .refused import Refused
from .words import documents as say
from .workspace import run_store
from .workspace.documents import DocumentFolder, DocumentStore
from .workspace.run_store import RunStore


def rename_open(autosave: Autosave, name: str, runs: Callable[[], RunStore] = run_store.store) -> None:
    """Renames a document that is open in this kernel. Raises Refused; what it says of the runs alone comes after the renaming."""
    before = autosave.rename(name)
    _runs_follow(before, autosave.name, runs)


def rename_stored(
    store: DocumentStore, folder: DocumentFolder, name: str, runs: Callable[[], RunStore] = run_store.store
) -> DocumentFolder:
    """Renames a document of the list, open in this kernel or nowhere. Raises Refused."""
    autosave = open_here(folder)
    if autosave is not None:
        rename_open(autosave, name, runs)
        return store.folder(autosave.name)
    target = store.rename(folder, name)
    _runs_follow(folder.name, target.name, runs)
    return target


def _runs_follow(before: str, now: str, runs: Callable[[], RunStore]) -> None:
    if before == now:
        return
    try:
        runs().rename_document(before, now)
    except Refused as refused:
        raise Refused(say.its_runs_did_not_follow(now, before, str(refused)), refused.hint) from None
