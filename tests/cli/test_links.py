"""`openness-bot links`, and the options of other commands that go with it, against a server on loopback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.checkouts import checkout, commit, files, run
from tests.sources.evidence.cited import in_our_web
from tests.sources.web.guard import guarding
from tests.sources.web.server import Reply, Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE, HEAD = "https://paper.example.org", "1" * 40


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server() as server, guarding() as guard:
        in_our_web(monkeypatch, server)
        yield server
    assert guard.attempts == []


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository without models."""
    root = checkout(tmp_path / "root", {})
    commit(root)
    return root


def wanted(root: Path, *links: dict[str, Any], **changes: Any) -> str:
    """Write a list of links; return its path."""
    file = root.parent / "links.json"
    file.write_text(json.dumps({"version": 1, "head": HEAD, "links": links} | changes), "utf-8")
    return str(file)


def test_links_are_asked_for_and_nothing_else_is_written(root: Path, server: Server) -> None:
    report, before = root.parent / "report.json", files(root)
    server.pages["/blocked"] = Reply(403)
    names = ("fine.html", "blocked", "nowhere")
    done = run(root, "links", wanted(root, *({"url": f"{HERE}/{name}"} for name in names)), "--report", str(report))
    assert (done.code, done.out) == (0, "Asked for 3 of 3 links.\n")
    found = json.loads(report.read_text("utf-8"))
    assert (found["head"], [one["state"] for one in found["links"]]) == (HEAD, ["fine", "blocked", "gone"])
    assert files(root) == before
    assert not (root / ".git/openness-bot").exists()


def test_a_state_that_is_not_there_is_no_mistake_and_is_not_made(root: Path, server: Server) -> None:
    state, report = root.parent / "state.sqlite", root.parent / "report.json"
    done = run(
        root, "links", wanted(root, {"url": f"{HERE}/fine.html"}), "--report", str(report), "--state", str(state)
    )
    assert done.code == 0
    assert not state.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"head": "main"}, "head: String should match pattern"),
        ({"links": [{"url": 1}]}, "links.0.url: Input should be a valid string"),
        ({"links": [{"url": f"{HERE}/" + "x" * 4_000}]}, "links.0.url: String should have at most 4000 characters"),
        ({"links": [{"url": HERE}] * 2_001}, "links: Tuple should have at most 2000 items"),
        ({"version": 2}, "version: Input should be less than or equal to 1"),
        ({"more": "::error::"}, "more: Extra inputs are not permitted"),
    ],
)
def test_what_is_no_list_is_refused(changes: dict[str, Any], words: str, root: Path) -> None:
    done = run(root, "links", wanted(root, **changes), "--report", str(root.parent / "report.json"))
    assert done.code == 1
    assert "links.json is not what `openness-bot pr --ask` prints: " in done.err
    assert words in done.err
    assert not (root.parent / "report.json").exists()


def test_a_state_that_is_another_file_is_named(root: Path, server: Server) -> None:
    state = root.parent / "state.sqlite"
    state.write_bytes(b"SQLite format 3\0" + bytes(200))
    done = run(
        root, "links", wanted(root, {"url": HERE}), "--report", str(root.parent / "report.json"), "--state", str(state)
    )
    assert (done.code, "isn't what verification remembers" in done.err) == (1, True)
    assert server.asked == []


def test_a_contact_that_is_no_address_is_wrong_usage(root: Path) -> None:
    report = str(root.parent / "report.json")
    done = run(root, "links", wanted(root), "--report", report, "--contact", "nobody")
    assert (done.code, "`--contact` can't be used" in done.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--all", "--links", "report.json"],
        ["--number", "1", "--links", "report.json", "--ask", "links.json"],
    ],
)
def test_a_report_is_about_one_pull_request(arguments: list[str], root: Path) -> None:
    done = run(root, "pr", *arguments)
    assert (done.code, "--links is about one pull request" in done.err) == (2, True)
