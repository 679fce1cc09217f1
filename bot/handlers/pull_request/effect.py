"""The effect of a merge as a digest: approvals, waits and final comment periods belong to it, and not to a commit.

The effect is what the merge does to the base branch: for each file that differs, its path, its modes, its changed lines
with three lines around them, and what changes in meaning: classes, ratings before and after, values of rules. Line numbers
are left out, and so is everything that the merge doesn't touch. So a rebase, a squash or a merge of the base branch has the
same effect, also where somebody else changed another part of the same file; Git's patch ids and Gerrit's trivial rebases
draw the line at the same place.

The ids of whole files would be stricter: each publication, which writes a part of README.md and GOVERNANCE.md, would begin
the final comment period of 14 days anew. Changed lines alone would be too lenient, because lines such as `level: open` are
in every assessment many times: that is why the meaning is a part of the effect.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from bot.board.model.layout import FilePurpose, purpose_of
from bot.board.reading.document import FRAMEWORKS_NESTING
from bot.board.reading.source import decode
from bot.board.reading.strict_yaml import compose
from bot.git.repository import GitError
from bot.handlers.pull_request.classes import find_classes
from bot.handlers.pull_request.paths import DELETED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.board.ranking.change import ModelChange
    from bot.git.repository import Repository
    from bot.handlers.pull_request.facts import ChangedFile, Contents

_LENGTH = 20
"""Hexadecimal digits of a digest. It is part of a link, and 80 bits are more than anybody can collide on purpose."""
_INDEX = re.compile(rb"index (?P<before>[0-9a-f]+)\.\.(?P<after>[0-9a-f]+)")
_HUNK = re.compile(rb"@@ -\d+(?:,(?P<old>\d+))? \+\d+(?:,(?P<new>\d+))? @@(?P<heading>[^\n]*)")
# Of these every value counts, wherever its line is.
_RULES = (FilePurpose.RUBRIC, FilePurpose.GOVERNANCE)
_YAML = (".yaml", ".yml")


def digest_effect(repository: Repository, contents: Contents) -> str:
    """Return the digest of the effect; empty during a conflict and while there are errors, which leave it open.

    Raises GitError where it can't be established: no merge is ready whose effect nobody knows.
    """
    if contents.conflicts or contents.has_errors:
        return ""
    if not contents.tree:
        raise GitError("there is no merged tree to judge")
    data = (FilePurpose.ASSESSMENT, FilePurpose.RUBRIC)
    if contents.change is None and any(purpose_of(file.path) in data for file in contents.changed):
        raise GitError("the change of the board could not be computed")
    hunks = _hunks(repository, contents.base, contents.tree) if contents.changed else {}
    document = [
        sorted(find_classes(contents)),
        [_file(repository, file, hunks) for file in contents.changed],
        # By their ids: the order of the board depends on all others.
        [_model(model) for model in sorted(contents.models, key=lambda model: (model.id, model.kind))],
    ]
    return hashlib.sha256(json.dumps(document).encode()).hexdigest()[:_LENGTH]


def _file(repository: Repository, file: ChangedFile, hunks: dict[tuple[str, str], str]) -> list[object]:
    # Without hunks (a binary file, an empty one, another mode alone) the whole contents count.
    content = hunks.get((file.id_before, file.id), f"{file.id_before} {file.id}")
    return [file.path, file.mode_before, file.mode, content, list(_rules(repository, file))]


def _model(model: ModelChange) -> list[object]:
    """Return the meaning of a model's change. Its ranks are left out: they depend on all others."""
    ratings = [
        (one.criterion, one.before, one.after, one.disputed, one.precedents, *([True] if one.doubtful else ()))
        for one in model.ratings
    ]
    evidence = [
        (
            one.criterion,
            one.level,
            [each.model_dump(mode="json") for each in one.added],
            [each.model_dump(mode="json") for each in one.removed],
            one.note,
            one.precedents,
            one.disputed,
            *([one.confidence] if one.confidence else ()),
        )
        for one in model.evidence
    ]
    artifacts = [(one.artifact, one.before, one.after, one.license) for one in model.artifacts]
    return [
        model.kind,
        model.id,
        model.former_id,
        ratings,
        evidence,
        list(model.facts),
        *([artifacts] if artifacts else []),
    ]


# ---- values of rules -------------------------------------------------------------------------------------------------


def _rules(repository: Repository, file: ChangedFile) -> Iterator[tuple[str, str, str]]:
    """Yield the values that differ in the rubric, the policy and other rules, each with its place in the document."""
    if purpose_of(file.path) not in _RULES or not file.path.endswith(_YAML) or DELETED in (file.mode_before, file.mode):
        return
    before, after = (_values(file.path, data) for data in repository.blobs([file.id_before, file.id]))
    for place in sorted(before.keys() | after.keys()):
        if before.get(place) != after.get(place):
            yield place, before.get(place, ""), after.get(place, "")


def _values(path: str, data: bytes) -> dict[str, str]:
    """Return the values of a YAML file by their places; all of it as one value where it can't be read."""
    source, _ = decode(path, data)
    composed = compose(source, FRAMEWORKS_NESTING) if source else None
    if composed is None or not composed.complete:
        return {"": hashlib.sha256(data).hexdigest()}
    return dict(_flattened(composed.value, ""))


def _flattened(value: object, place: str) -> Iterator[tuple[str, str]]:
    match value:
        case dict() if value:
            for key, below in value.items():
                yield from _flattened(below, f"{place}/{json.dumps(key)}")
        case list() if value:
            for number, below in enumerate(value):
                yield from _flattened(below, f"{place}/{number}")
        case _:
            yield place, repr(value)


# ---- changed lines ---------------------------------------------------------------------------------------------------


def _hunks(repository: Repository, before: str, after: str) -> dict[tuple[str, str], str]:
    """Return digests of the hunks of files by the ids of their blobs before and after; files without any are left out.

    A hunk is its lines and the heading that git finds above them, without line numbers.
    """
    found: dict[tuple[str, str], hashlib._Hash] = {}
    pair, old, new = ("", ""), 0, 0
    options = ("--no-renames", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", "--unified=3")
    for line in repository.run("diff-tree", "-r", "-p", *options, "--diff-algorithm=myers", before, after).split(b"\n"):
        if old > 0 or new > 0 or line.startswith(b"\\"):  # inside a hunk, whatever the line looks like, or at its end
            old -= line[:1] in (b" ", b"-")
            new -= line[:1] in (b" ", b"+")
            if pair in found:
                found[pair].update(line + b"\n")
        elif line.startswith(b"diff --git "):
            pair = ("", "")
        elif ids := _INDEX.match(line):
            pair = ids["before"].decode(), ids["after"].decode()
        elif (hunk := _HUNK.match(line)) and pair != ("", ""):
            old, new = int(hunk["old"] or 1), int(hunk["new"] or 1)
            found.setdefault(pair, hashlib.sha256()).update(b"@@" + hunk["heading"] + b"\n")
    return {pair: digest.hexdigest() for pair, digest in found.items()}
