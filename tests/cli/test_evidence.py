"""`openness-bot evidence verify` and what goes with it, against a server that plays each behaviour."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock
from urllib.parse import parse_qs, urlsplit

import pytest

from bot import cli
from bot.board.model.layout import EVIDENCE
from bot.sources.web.outcome import NoAnswer, Trouble
from tests.checkouts import checkout, commit, edit, git, run, sample_checkout
from tests.sources.evidence.cited import CRITERIA, Cite, add_citing, change, in_our_web
from tests.sources.evidence.pdfs import pdf
from tests.sources.web.server import Reply, Request, Server, redirect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "https://paper.example.org"
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SAID = "The model was trained on 2 trillion tokens"


@pytest.fixture(scope="module")
def the_server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def server(the_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Yield the server of all tests of this file, reset for each."""
    pages = dict(the_server.pages)
    the_server.asked.clear()
    in_our_web(monkeypatch, the_server)
    at(monkeypatch, NOW)
    yield the_server
    the_server.pages = pages
    the_server.unknown.clear()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository without models."""
    root = checkout(tmp_path / "root", {})
    commit(root)
    return root


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(cli, "clock", lambda: moment)


def verified(root: Path, *arguments: str) -> dict[str, dict[str, Any]]:
    """Return the JSON report by link."""
    done = run(root, "evidence", "verify", "--format", "json", *arguments)
    evidence = json.loads(done.out)["evidence"]
    assert done.code == any(one["dead"] or one["state"] in ("gone", "changed") for one in evidence), done.err
    return {one["url"]: one for one in evidence}


def pages_asked(server: Server) -> list[str]:
    """Return the paths requested since the last call, except from the archive, in alphabetical order."""
    paths = sorted(
        request.path for request in server.asked if request.path != "/robots.txt" and request.host != "archive.org"
    )
    server.asked.clear()
    return paths


# ---- results for a page ----------------------------------------------------------------------------------------------

BEHAVIOURS = {
    "/fine.html": ("fine", ""),
    "/etag": ("fine", ""),
    "/redirect/302": ("fine", ""),
    "/redirect/301": ("moved", "it has moved permanently"),
    "/status/404": ("gone", "it isn't there (404)"),
    "/status/410": ("gone", "it isn't there any more (410)"),
    "/soft-404": ("gone", "it says that there is no such page"),
    "/captcha/200": ("blocked", "it wants to see a person first"),
    "/captcha/403": ("blocked", "it wants to see a person first (403)"),
    "/status/403": ("blocked", "it isn't shown to robots (403)"),
    "/429/silent": ("blocked", "it gets too many requests (429)"),
    "/status/500": ("unreachable", "it answers 500"),
    "/slow": ("unreachable", "it doesn't arrive in time"),
    "/redirect/loop": ("unreachable", "it redirects in a circle"),
    "/to/metadata": ("unreachable", None),
    "/bomb/gzip": ("fine", ""),
    "/no-http": ("unreachable", "its host's answer is not valid HTTP"),
}


@pytest.mark.thorough
def test_each_behaviour_of_a_server_has_its_own_result(root: Path, server: Server) -> None:
    # Hosts of their own, as one that says it is too much isn't asked for the rest.
    urls = {f"https://host-{number}.example.org{path}": path for number, path in enumerate(BEHAVIOURS)}
    add_citing(root, "example/one", *list(urls)[:10])
    add_citing(root, "example/two", *list(urls)[10:])
    found = verified(root)
    expected = {url: BEHAVIOURS[path] for url, path in urls.items()}
    states = {url: (one["state"], one["why"] if expected[url][1] is not None else None) for url, one in found.items()}
    assert states == expected
    assert [one["place"] for one in found.values() if one["place"]] == ["https://host-3.example.org/fine.html"]


def test_quotes_are_looked_for_where_they_are_cited(root: Path, server: Server) -> None:
    server.pages["/paper.pdf"] = Reply(body=pdf(["The weights are re-", "leased."]), content_type="application/pdf")
    server.pages["/long"] = Reply(body=b"<p>Nothing of interest is said here. " * 20)
    cites = [
        Cite(f"{HERE}/fine.html#data", SAID),
        Cite(f"{HERE}/paper.pdf", "weights are released"),
        Cite(f"{HERE}/fine.md", "model was trained on 3 trillion tokens"),
        Cite(f"{HERE}/long", "weights are released"),
        Cite(f"{HERE}/redirect/308", SAID),
        Cite(f"{HERE}/large", SAID),
    ]
    server.pages["/fine.md"] = Reply(body=f"# One\n\n{SAID}.".encode(), content_type="text/plain")
    add_citing(root, "example/one", *cites)
    found = verified(root)
    states = [(one["state"], one["quoted"]["said"]) for one in found.values()]
    assert states == [
        ("fine", "found"),
        ("fine", "found"),
        ("changed", "near"),
        ("changed", "missing"),
        ("moved", "found"),
        ("fine", "unknown"),
    ]
    assert found[f"{HERE}/fine.md"]["quoted"]["closest"] == "model was trained on 2 trillion tokens"


@pytest.mark.thorough
def test_a_page_that_several_models_cite_is_fetched_once(root: Path, server: Server) -> None:
    add_citing(root, "example/one", Cite(f"{HERE}/fine.html#a", SAID), f"{HERE}/fine.html#b")
    add_citing(root, "example/two", Cite(f"{HERE}/fine.html", "2 trillion tokens"))
    assert {one["state"] for one in verified(root).values()} == {"fine"}
    assert pages_asked(server) == ["/fine.html"]


# ---- from run to run -------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_second_run_asks_only_for_what_is_due(root: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    add_citing(root, "example/one", Cite(f"{HERE}/etag", SAID), f"{HERE}/status/404", f"{HERE}/status/403")
    verified(root)
    assert pages_asked(server) == ["/etag", "/status/403", "/status/404"]
    at(monkeypatch, NOW + timedelta(hours=1))
    assert verified(root)[f"{HERE}/status/404"]["failures"] == 1
    assert pages_asked(server) == []
    at(monkeypatch, NOW + timedelta(days=1))
    assert verified(root)[f"{HERE}/status/404"]["failures"] == 2
    assert pages_asked(server) == ["/status/404"]
    at(monkeypatch, NOW + timedelta(days=7))
    found = verified(root)
    assert [one["dead"] for one in found.values()] == [False, True, False]
    # It wasn't sent again, and its former result is kept.
    assert [request.headers.get("if-none-match") for request in server.asked if request.path == "/etag"] == ['"v1"']
    assert found[f"{HERE}/etag"]["quoted"]["said"] == "found"


def test_a_new_quote_is_searched_at_once_on_the_whole_page(root: Path, server: Server) -> None:
    file = add_citing(root, "example/one", f"{HERE}/etag")
    verified(root)
    change(file, CRITERIA[0], Cite(f"{HERE}/etag", SAID), before=f"{HERE}/etag")
    server.asked.clear()
    assert verified(root)[f"{HERE}/etag"]["quoted"]["said"] == "found"
    assert [request.headers.get("if-none-match") for request in server.asked if request.path == "/etag"] == [None]


@pytest.mark.thorough
def test_text_that_has_changed_is_noticed(root: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.pages["/now"] = Reply(body=f"<p>{SAID}.".encode())
    add_citing(root, "example/one", Cite(f"{HERE}/now", SAID))
    assert verified(root)[f"{HERE}/now"]["state"] == "fine"
    server.pages["/now"] = Reply(body=f"<p>{SAID.replace('2', '3')}.".encode())
    at(monkeypatch, NOW + timedelta(days=7))
    assert verified(root)[f"{HERE}/now"]["state"] == "changed"


def test_pages_without_citations_are_deleted_by_a_complete_run_only(root: Path, server: Server) -> None:
    add_citing(root, "example/one", f"{HERE}/fine.html")
    other = add_citing(root, "example/two", f"{HERE}/etag")
    verified(root)
    other.unlink()

    def known() -> list[str]:
        with sqlite3.connect(root / ".git/openness-bot/evidence.sqlite") as connection:
            return [url for (url,) in connection.execute("SELECT url FROM pages ORDER BY url")]

    verified(root, str(root / "assessments/example/one.yaml"))
    assert known() == [f"{HERE}/etag", f"{HERE}/fine.html"]
    verified(root)
    assert known() == [f"{HERE}/fine.html"]


def test_without_a_repository_nothing_is_remembered_and_it_says_so(tmp_path: Path, server: Server) -> None:
    root = checkout(tmp_path / "root", {})
    add_citing(root, "example/one", f"{HERE}/fine.html")
    for _ in range(2):
        code, _, err = run(root, "evidence", "verify")
        assert code == 0
        assert "Nothing will be remembered" in err
    assert pages_asked(server) == ["/fine.html"] * 2


def test_a_state_that_cannot_be_used_is_named(root: Path, server: Server, tmp_path: Path) -> None:
    state = tmp_path / "state.sqlite"
    state.write_text("something else\n" * 100)
    code, out, err = run(root, "evidence", "verify", "--state", str(state))
    assert (code, out) == (1, "")
    assert str(state) in err
    assert state.read_text().startswith("something else")


# ---- what is chosen --------------------------------------------------------------------------------------------------


def test_only_the_paths_that_were_named(root: Path, server: Server) -> None:
    one = add_citing(root, "example/one", f"{HERE}/fine.html")
    add_citing(root, "example-labs/two", f"{HERE}/etag")
    assert set(verified(root, str(one))) == {f"{HERE}/fine.html"}
    assert set(verified(root, str(root / "assessments/example-labs"))) == {f"{HERE}/etag"}
    assert len(verified(root, str(root))) == 2


@pytest.mark.thorough
def test_only_what_is_new_since_the_histories_parted(root: Path, server: Server) -> None:
    file = add_citing(root, "example/one", f"{HERE}/fine.html", f"{HERE}/fine.md", f"{HERE}/etag")
    add_citing(root, "example/two", f"{HERE}/fine.pdf")
    commit(root)
    git(root, "checkout", "--quiet", "-b", "change")
    change(file, CRITERIA[1], Cite(f"{HERE}/fine.md", "Released under Apache 2.0"), before=f"{HERE}/fine.md")
    edit(file, f"{HERE}/etag", f"{HERE}/dated")
    commit(root)
    git(root, "checkout", "--quiet", "main")
    add_citing(root, "example/three", f"{HERE}/gzip")
    commit(root)
    git(root, "checkout", "--quiet", "change")
    assert set(verified(root, "--changed-since", "main")) == {f"{HERE}/fine.md", f"{HERE}/dated"}
    assert pages_asked(server) == ["/dated", "/fine.md"]


@pytest.mark.thorough
def test_shards_ask_each_host_once_and_merge_to_the_whole(root: Path, server: Server, tmp_path: Path) -> None:
    urls = [f"https://host-{number}.example.org/fine.html" for number in range(12)]
    add_citing(root, "example/one", *urls)
    states = [tmp_path / f"{number}.sqlite" for number in (1, 2, 3)]
    parts = [verified(root, "--shard", f"{number}/3", "--state", str(state)) for number, state in enumerate(states, 1)]
    assert sorted(url for part in parts for url in part) == sorted(urls)
    assert all(parts)
    assert pages_asked(server) == ["/fine.html"] * 12
    merged = tmp_path / "merged.sqlite"
    done = run(root, "evidence", "merge", "--state", str(merged), *map(str, states))
    assert (done.code, done.out) == (0, f"{merged} has 12 pages.\n")
    code, out, _ = run(root, "evidence", "report", "--state", str(merged))
    out = f"{out.partition(chr(10))[0]}\n"
    assert (code, out) == (0, "12 pieces of evidence on 12 pages: 12 fine.\n")
    assert pages_asked(server) == []
    # What was merged before keeps what a shard didn't bring, but not what nobody cites any more.
    add_citing(root, "example/one", *urls[:10])
    done = run(root, "evidence", "merge", "--state", str(merged), str(states[0]))
    assert (done.code, done.out) == (0, f"{merged} has 10 pages.\n")


def test_shards_are_as_many_as_hosts_need(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_citing(root, "example/one", *(f"https://host-{number}.example.org/" for number in range(10)))
    assert run(root, "evidence", "shards").out == '["1/1"]\n'
    monkeypatch.setattr("bot.sources.evidence.cited._HOSTS_OF_A_SHARD", 4)
    assert run(root, "evidence", "shards").out == '["1/3", "2/3", "3/3"]\n'
    assert run(root, "evidence", "shards", "--most", "2", "--state", "none").out == '["1/2", "2/2"]\n'


# ---- the network -----------------------------------------------------------------------------------------------------


def test_without_a_network_the_reason_is_printed_and_nothing_recorded(
    root: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without(wanted: Any, take: Any) -> None:
        for each in wanted:
            await take(each, NoAnswer((), Trouble.NETWORK, "no name server answers"))
        pytest.fail("it wasn't stopped")

    monkeypatch.setattr("bot.cli.known_evidence.visitor", lambda contact=None: without)
    add_citing(root, "example/one", *(f"https://host-{number}.example.org/" for number in range(9)))
    code, out, err = run(root, "evidence", "verify")
    assert (code, out) == (1, "")
    assert err.startswith("Error: there is no network here, so no page can be fetched, and nothing was recorded.")
    assert "9 unchecked" in run(root, "evidence", "report").out


def test_when_most_hosts_are_unreachable_it_is_probably_us(root: Path, server: Server) -> None:
    hosts = [f"host-{number}.example.org" for number in range(12)]
    server.unknown.update(hosts[:7])
    add_citing(root, "example/one", *(f"https://{host}/fine.html" for host in hosts))
    code, out, err = run(root, "evidence", "verify")
    assert code == 1
    assert "Most hosts could not be reached (7 of 12)" in err
    assert "5 fine, 7 unchecked" in out
    server.unknown.remove(hosts[0])
    assert "6 fine, 6 unreachable" in run(root, "evidence", "verify").out


# ---- the archive -----------------------------------------------------------------------------------------------------

COPY = f"https://web.archive.org/web/20250330000000/{HERE}/status/404"


def available(request: Request) -> Reply:
    """Answer as the archive's API, with a copy of one page."""
    asked = parse_qs(urlsplit(request.path).query)
    has = asked["url"] == [f"{HERE}/status/404"] and asked["timestamp"] == ["20250331"]
    closest = {"status": "200", "available": True, "url": COPY.replace("https://web", "http://web")}
    body = json.dumps({"archived_snapshots": {"closest": closest} if has else {}}).encode()
    return Reply(body=body, content_type="application/json")


@pytest.fixture
def archive(server: Server) -> Server:
    def found(request: Request) -> Reply:
        return available(request)

    class Archive(dict):  # type: ignore[type-arg]
        def get(self, key: str, default: Any = None) -> Any:
            return found if key.startswith("archive.org/wayback/available?") else super().get(key, default)

    server.pages = Archive(server.pages)
    return server


def asked_of_archive(server: Server) -> list[str]:
    asked = [parse_qs(urlsplit(request.path).query)["url"][0] for request in server.asked if request.host == "archive.org"
             and request.path != "/robots.txt"]  # fmt: skip
    server.asked.clear()
    return sorted(asked)


def test_the_archive_is_asked_for_what_is_lost_once_a_month(
    root: Path, archive: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_citing(
        root,
        "example/one",
        f"{HERE}/fine.html",
        f"{HERE}/status/404",
        Cite(f"{HERE}/status/410", None, COPY.replace("404", "410")),
    )
    assert verified(root)[f"{HERE}/status/404"]["copy_found"] == COPY
    assert asked_of_archive(archive) == [f"{HERE}/status/404"]
    at(monkeypatch, NOW + timedelta(days=29))
    verified(root)
    assert asked_of_archive(archive) == []
    at(monkeypatch, NOW + timedelta(days=30))
    verified(root, "--archive")
    assert asked_of_archive(archive) == [f"{HERE}/fine.html", f"{HERE}/status/404"]


def test_a_failure_of_the_archive_is_ignored(root: Path, server: Server) -> None:
    add_citing(root, "example/one", f"{HERE}/status/404")
    server.unknown.add("archive.org")
    assert verified(root)[f"{HERE}/status/404"]["copy_found"] is None


# ---- messages --------------------------------------------------------------------------------------------------------


def test_the_report_lists_problems_places_and_remedies(root: Path, server: Server) -> None:
    cites: list[str | Cite] = [
        f"{HERE}/fine.html",
        f"{HERE}/status/404",
        f"{HERE}/redirect/301",
        Cite(f"{HERE}/fine.html#2", SAID.replace("2", "3")),
    ]
    file = add_citing(root, "example/one", *cites)
    add_citing(root, "example/two", f"{HERE}/status/404", f"{HERE}/status/403")
    line = file.read_text().split("\n").index(f"      - url: {HERE}/status/404") + 1
    code, out, err = run(root, "evidence", "verify")
    assert code == 1
    assert err == "4 pages fetched.\n"
    assert (
        f"  {HERE}/status/404\n      it isn't there (404), since 2026-11-02\n      in assessments/example/one.yaml:{line}, code\n"
        in out
    )
    assert "      in assessments/example/two.yaml:" in out
    assert f"      now at {HERE}/fine.html\n" in out
    assert f"      | quoted: {SAID.replace('2', '3')}\n      | closest: {SAID}\n" in out
    assert "  paper.example.org: 1 piece of evidence; it isn't shown to robots (403)\n" in out
    assert out.endswith(
        "6 pieces of evidence on 4 pages: 1 fine, 1 moved, 1 changed, 2 gone, 1 blocked; 0 of 1 quote found.\n"
    )
    assert run(root, "evidence", "report").out.startswith(f"{out}\nRatings and their evidence\n")


def test_the_json_can_be_written_beside_the_text(root: Path, server: Server, tmp_path: Path) -> None:
    add_citing(root, "example/one", f"{HERE}/fine.html")
    file = tmp_path / "report.json"
    code, out, _ = run(root, "evidence", "verify", "--report", str(file))
    assert (code, out) == (0, "1 piece of evidence on 1 page: 1 fine.\n")
    figures = json.loads(run(root, "evidence", "report", "--format", "json").out)
    assert figures.pop("figures")["evidence"] == 1
    assert json.loads(file.read_text()) == {**figures, "figures": None}


def test_text_of_servers_is_harmless_in_a_terminal_or_a_log(root: Path, server: Server) -> None:
    server.pages["/x"] = Reply(body=b"<p>weights \x1b[31m##[error] \xe2\x80\xae are really open" + b" and so on" * 40)
    add_citing(root, "example/one", Cite(f"{HERE}/x", "weights ##[error] are open"))
    for arguments in (
        (),
        (
            "--format",
            "json",
        ),
    ):
        out = run(root, "evidence", "verify", *arguments).out
        assert not {"\x1b", "\u202e"} & set(out)
        assert "##[" not in out


def test_the_page_is_kept_by_the_build_and_the_same_every_time(root: Path, server: Server) -> None:
    add_citing(root, "example/one", f"{HERE}/fine.html", f"{HERE}/status/404")
    assert f"wrote {EVIDENCE}" in run(root, "evidence", "verify", "--write").err
    assert run(root, "build").code == 0
    page = (root / EVIDENCE).read_text("utf-8")
    assert f"{EVIDENCE} is up to date" in run(root, "evidence", "report", "--write").err
    assert (root / EVIDENCE).read_text("utf-8") == page
    assert run(root, "build", "--check").code == 0


WRONG = {
    ("verify", "nowhere.yaml"): "there is no model `nowhere.yaml`.",
    ("verify", "/"): "is not in",
    ("verify", "README"): "cites nothing: assessments are under assessments/.",
    ("verify", "--shard", "3/2"): "`3/2` is no shard. Write which of how many, such as 2/3.",
    ("verify", "--shard", "0/2"): "`0/2` is no shard.",
    ("verify", "--shard", "1/2", "--write"): "Merge the shards first",
    ("verify", "--every", "-1"): "-1 is not in the range",
    ("verify", "--changed-since", "nowhere"): "there is no commit `nowhere` here.",
    ("verify", "--contact", "somebody"): "is no web address",
    ("report", "--state", "nowhere.sqlite"): "there is no file nowhere.sqlite.",
    ("merge", "nowhere.sqlite"): "File 'nowhere.sqlite' does not exist.",
    ("merge",): "Missing argument 'FILES...'.",
    ("shards", "--most", "0"): "0 is not in the range",
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_wrong_usage_is_refused_in_words(arguments: tuple[str, ...], root: Path) -> None:
    named = [str(root / "README.md") if each == "README" else each for each in arguments]
    code, out, err = run(root, "evidence", *named)
    assert (code, out) == (2, "")
    assert WRONG[arguments] in " ".join(err.split())


# ---- all of it -------------------------------------------------------------------------------------------------------

TURNS = [
    ("/fine.html", "fine"),
    ("/redirect/308", "moved"),
    ("/status/404", "gone"),
    ("/soft-404", "gone"),
    ("/captcha/403", "blocked"),
    ("/status/403", "blocked"),
    ("/status/500", "unreachable"),
    ("/redirect/loop", "unreachable"),
    ("/to/metadata", "unreachable"),
    ("/fine.pdf", "fine"),
]


def test_all_evidence_of_a_repository_against_hosts_that_each_play_a_behaviour(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = sample_checkout(tmp_path)
    at(monkeypatch, NOW + timedelta(days=365))
    commit(root)
    report = json.loads(run(root, "evidence", "report", "--format", "json").out)
    urls = {one["url"] for one in report["evidence"]}
    hosts = sorted({urlsplit(url).netloc for url in urls})
    turn = {host: TURNS[number % len(TURNS)] for number, host in enumerate(hosts)}

    class Turns(dict):  # type: ignore[type-arg]
        def get(self, key: str, default: Any = None) -> Any:
            host, _, path = key.partition("/")
            if host in turn and f"/{path}" not in ("/robots.txt", "/fine.html", "/redirect/loop2"):
                return server_pages[turn[host][0]]
            return server_pages.get(key, default)

    server_pages = server.pages
    server_pages["/redirect/308"] = redirect("https://new.example.org/fine.html", 308)
    server.pages = Turns()
    found = verified(root)
    assert report["evidence"]
    assert {url: one["state"] for url, one in found.items()} == {url: turn[urlsplit(url).netloc][1] for url in urls}
    asked = [request for request in server.asked if request.host in turn and request.path != "/robots.txt"]
    distinct = {url.partition("#")[0] for url in urls}
    circles = sum(turn[urlsplit(url).netloc][0] == "/redirect/loop" for url in distinct)
    assert len(asked) <= len(distinct) + 2 * circles


# ---- stored copies and figures ---------------------------------------------------------------------------------------


def listed(root: Path, *copies: tuple[str, str, str]) -> str:
    """Write a list of copies; return its path."""
    lines = ["url,copy,file", *(",".join(copy) for copy in copies)]
    (root / "copies.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(root / "copies.csv")


def test_quotes_are_checked_against_stored_copies_and_the_page_says_so(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    add_citing(root, "example/one", Cite(f"{HERE}/a", SAID), Cite(f"{HERE}/b", "released"), Cite(f"{HERE}/c", "unread"))
    (tmp_path / "a.md").write_text(f"# Data\n\n{SAID}.\n", encoding="utf-8")
    (tmp_path / "other.md").write_text("Nothing.\n", encoding="utf-8")
    (tmp_path / "b.md").write_text("The weights are *released*.\n", encoding="utf-8")
    copies = listed(
        tmp_path,
        (f"{HERE}/a", "github.com/example/model@1:a.md", "a.md"),
        (f"{HERE}/b", "github.com/example/model@1:other.md", "other.md"),
        (f"{HERE}/b", "github.com/example/model@1:b.md", "b.md"),
    )
    done = run(root, "evidence", "copies", copies)
    assert (done.code, done.out) == (0, "2 of 3 quotes were found in stored copies.\n")
    kept = (root / "evidence/quotes.csv").read_text("utf-8")
    assert kept == (
        "url,quote,copy,checked,said\n"
        f"{HERE}/a,{SAID},github.com/example/model@1:a.md,2026-11-02,found\n"
        f"{HERE}/b,released,github.com/example/model@1:b.md,2026-11-02,found\n"
    )
    assert run(root, "evidence", "report", "--write").code == 0
    page = (root / EVIDENCE).read_text("utf-8")
    assert (
        "2 of 3 quotes were found in [stored copies of their pages](../evidence/quotes.csv), last on 2026-11-02."
        in page
    )
    assert "**None of the 3 cited pages was ever asked for.**" in page


def test_a_quote_that_a_stored_copy_does_not_contain_is_named(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    add_citing(root, "example/one", Cite(f"{HERE}/a", SAID))
    (tmp_path / "a.md").write_text("Something else.\n", encoding="utf-8")
    done = run(root, "evidence", "copies", listed(tmp_path, (f"{HERE}/a", "the copy", "a.md")))
    assert (done.code, done.out) == (
        1, f"{HERE}/a: “{SAID}” is not in the copy\n0 of 1 quote was found in a stored copy.\n"
    )  # fmt: skip
    # A later run with a copy that contains it, and one after the quote is cited no more.
    (tmp_path / "a.md").write_text(f"{SAID}.\n", encoding="utf-8")
    assert run(root, "evidence", "copies", listed(tmp_path, (f"{HERE}/a", "the copy", "a.md"))).code == 0
    add_citing(root, "example/one", Cite(f"{HERE}/b", "released"))
    assert run(root, "evidence", "copies", listed(tmp_path)).code == 0
    assert (root / "evidence/quotes.csv").read_text("utf-8") == "url,quote,copy,checked,said\n"


def test_a_copy_that_cannot_be_read_is_not_said_to_lack_the_quote(root: Path, tmp_path: Path) -> None:
    add_citing(root, "example/one", Cite(f"{HERE}/a", SAID))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\0")
    done = run(root, "evidence", "copies", listed(tmp_path, (f"{HERE}/a", "a\x1b[2Jcopy", "a.png")))
    assert done.code == 1
    assert f"{HERE}/a: a\\u001b[2Jcopy could not be read to its end, so it may contain “{SAID}”\n" in done.out


def test_the_list_of_checked_quotes_is_written_as_a_whole_and_only_there(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_citing(root, "example/one", Cite(f"{HERE}/a", SAID))
    (tmp_path / "a.md").write_text(SAID, encoding="utf-8")
    copies = listed(tmp_path, (f"{HERE}/a", "the copy", "a.md"))
    (outside := tmp_path / "outside.csv").write_text("url,quote,copy,checked,said\n", encoding="utf-8")
    (root / "evidence").mkdir()
    (file := root / "evidence/quotes.csv").symlink_to(outside)
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", Mock(side_effect=KeyboardInterrupt))
        run(root, "evidence", "copies", copies)
    assert file.is_symlink()
    assert run(root, "evidence", "copies", copies).code == 0
    assert (file.is_symlink(), len(file.read_text("utf-8").splitlines())) == (False, 2)
    assert outside.read_text("utf-8") == "url,quote,copy,checked,said\n"
    file.unlink()
    (root / "evidence").rmdir()
    (root / "evidence").symlink_to(tmp_path)
    done = run(root, "evidence", "copies", copies)
    assert (done.code, "evidence is a symbolic link" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("page,file\n", "the first line must be `url,copy,file`"),
        ("url,copy,file\nhttps://example.org/,the copy,missing.md\n", "there is no file"),
        ('url,copy,file\n"x', "unexpected end of data"),
        ("url,copy,file\nhttps://example.org/,the copy,a\0b\n", "there is no file"),
        (f"url,copy,file\n{'x' * 200_000},the copy,a.md\n", "field larger than field limit"),
    ],
)
def test_a_list_of_copies_that_cannot_be_read_is_refused(root: Path, tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "copies.csv").write_text(text, encoding="utf-8")
    done = run(root, "evidence", "copies", str(tmp_path / "copies.csv"))
    assert done.code == 1
    assert reason in done.err
    assert not (root / "evidence/quotes.csv").exists()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("url,quote\n", "the first line must be `url,quote,copy,checked,said`"),
        ("url,quote,copy,checked,said\na,b,c,yesterday,found\n", "line 2: Invalid isoformat string"),
        ("url,quote,copy,checked,said\na,b,c,2026-11-02,perhaps\n", "line 2: 'perhaps' is not a valid QuoteStatus"),
        ("url,quote,copy,checked,said\na,b\n", "line 2: not enough values"),
        ("x" * 200_000, "line 1: field larger than field limit"),
    ],
)
def test_a_broken_list_of_checked_quotes_is_named_with_its_line(root: Path, text: str, reason: str) -> None:
    (root / "evidence").mkdir()
    (root / "evidence/quotes.csv").write_text(text, encoding="utf-8")
    done = run(root, "evidence", "report", "--write")
    assert done.code == 1
    assert "evidence/quotes.csv can't be read" in done.err
    assert reason in done.err


def test_figures_count_confidence_quotes_and_addresses(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)
    add_citing(root, "example/one", Cite("https://arxiv.org/abs/2401.00001v2", SAID), Cite(f"{HERE}/b"))
    done = run(root, "evidence", "report")
    assert "1 of the 2 ratings above closed have a quote (50 %)" in done.out
    assert "2 pieces of evidence: 1 with a quote" in done.out
    assert "  1 a version of a paper\n  1 another page\n" in done.out
    figures = json.loads(run(root, "evidence", "report", "--format", "json").out)["figures"]
    assert (figures["above_closed"], figures["quoted_ratings"], figures["quotes"]) == (2, 1, 1)
    assert figures["addresses"] == {"paper-version": 1, "page": 1}
