"""Which links and quotes are new in a pull request, read from real git repositories."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from bot.git.repository import Repository
from bot.handlers.pull_request.contents import read_contents
from tests.checkouts import add_model, checkout, commit, edit, git
from tests.github.links import rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.handlers.pull_request.facts import ChangedCitation

TWO, THREE = "assessments/example/two.yaml", "assessments/example/three.yaml"
OLD, NEW = "https://example.org/code", "https://paper.example.org/code"
ARCHIVED = f"https://web.archive.org/web/20250331000000/{OLD}"


def repository(place: Path, section: str) -> Path:
    """Return a repository whose policy ends with a section, on a branch of its own."""
    root = checkout(place / "repository")
    edit(root / "governance.yml", "people: []", f"{section}people: []")
    edit(root / TWO, f"url: {OLD}\n", f"url: {OLD}\n        quote: the old words\n")
    commit(root)
    git(root, "branch", "--move", "main")
    git(root, "checkout", "--quiet", "-b", "proposal")
    return root


def changed(root: Path, base: str = "main") -> tuple[ChangedCitation, ...]:
    """Commit everything in the working tree, and return what is new."""
    head = commit(root)
    found = Repository(root)
    return read_contents(found, found.commit(base), head, date(2026, 11, 21)).citations


def rename(root: Path) -> None:
    (root / TWO).rename(root / THREE)


def rename_and_cite(root: Path) -> None:
    rename(root)
    edit(root / THREE, f"url: {OLD}", f"url: {NEW}")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda root: edit(root / TWO, f"url: {OLD}", f"url: {NEW}"), [(TWO, "code", NEW, "the old words")]),
        (lambda root: edit(root / TWO, "the old words", "the new words"), [(TWO, "code", OLD, "the new words")]),
        (lambda root: edit(root / TWO, "        quote: the old words\n", ""), [(TWO, "code", OLD, None)]),
        # What says nothing else about the page is not asked for again.
        (lambda root: edit(root / TWO, f"url: {OLD}", f"url: {OLD}\n        archived: {ARCHIVED}"), []),
        (lambda root: edit(root / TWO, "Read on that day.", "Read again."), []),
        (lambda root: edit(root / TWO, f"url: {OLD}", "url: HTTPS://EXAMPLE.ORG:443/code"), []),
        (lambda root: (root / TWO).unlink(), []),
        (rename, []),
        (rename_and_cite, [(THREE, "code", NEW, "the old words")]),
        # Files with errors come first to be fixed.
        (lambda root: edit(edit(root / TWO, f"url: {OLD}", f"url: {NEW}"), "level: semi-open", "level: ajar"), []),
        (
            lambda root: add_model(root, "example/four", "o" + "c" * 15),
            [("assessments/example/four.yaml", "weights", "https://example.org/weights", None)],
        ),
    ],
)
def test_these_links_are_new(
    change: Callable[[Path], object], expected: list[tuple[str, str, str, str | None]], tmp_path: Path
) -> None:
    root = repository(tmp_path, rules({}))
    change(root)
    found = changed(root)
    assert [(one.path, one.criterion, one.url, one.quote) for one in found] == expected
    for one in found:
        assert one.excerpt == (root / one.path).read_text("utf-8").split("\n")[one.line - 1]
        assert one.url in one.excerpt


def test_without_a_section_in_the_policy_of_the_base_no_link_is_new(tmp_path: Path) -> None:
    root = repository(tmp_path, "")
    edit(root / TWO, f"url: {OLD}", f"url: {NEW}")
    # Not even where the pull request itself adds it: the rules are those of the base.
    edit(root / "governance.yml", "people: []", f"{rules({})}people: []")
    assert changed(root) == ()


def test_what_main_got_meanwhile_is_not_new(tmp_path: Path) -> None:
    root = repository(tmp_path, rules({}))
    edit(root / TWO, f"url: {OLD}", f"url: {NEW}")
    commit(root)
    git(root, "checkout", "--quiet", "main")
    edit(root / TWO, f"url: {OLD}", f"url: {NEW}")
    commit(root)
    git(root, "checkout", "--quiet", "proposal")
    assert changed(root) == ()
