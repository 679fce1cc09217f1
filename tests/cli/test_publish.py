"""`openness-bot publish`: the real build, real git, and what a person or a log gets to read."""

from __future__ import annotations

import base64
import os
import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from bot.cli import publish as publish_command
from bot.github.client import Client
from tests.checkouts import add_model, checkout, commit, edit, files, git, run, started, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNRECORDED = (
    "No decisions are recorded: 1 commit may come from pull requests, and only with GITHUB_TOKEN can GitHub be asked who "
    "agreed to them.\n"
)
TOKEN = "example-secret-token"  # noqa: S105 (a password of nothing)


@pytest.fixture(autouse=True)
def in_no_workflow(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "OPENNESS_BOT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setattr(publish_command, "_pause", lambda seconds: None)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a checkout whose origin is up to date."""
    place = tmp_path_factory.mktemp("once")
    root = checkout(place / "checkout")
    assert run(root, "build").code == 0
    commit(root)
    git(place, "clone", "--quiet", "--bare", str(root), str(place / "origin.git"))
    git(root, "remote", "add", "origin", "../origin.git")
    return place


@pytest.fixture
def root(once: Path, tmp_path: Path) -> Path:
    """Return a copy of `once` for this test alone."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "checkout"


@pytest.fixture
def origin(root: Path) -> Path:
    return root.parent / "origin.git"


def merge(root: Path) -> str:
    """Add a model on main of origin, and nothing in the checkout."""
    add_model(root, "example/four", "osososososososos")
    git(root, "add", "assessments")
    git(root, "commit", "--quiet", "--message", "Merge pull request #45 from example/four")
    merged = git(root, "rev-parse", "HEAD").strip()
    git(root, "push", "--quiet", "origin", "HEAD:main")
    git(root, "reset", "--quiet", "--hard", "HEAD~1")
    return merged


def log(origin: Path, form: str) -> str:
    return git(origin, "log", "-1", f"--format={form}", "main").strip()


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_where_nothing_changed_it_says_so(root: Path, origin: Path) -> None:
    head = git(origin, "rev-parse", "main")[:10]
    for arguments in (["publish"], ["publish", "--apply"]):
        assert run(root, *arguments) == (0, f"main ({head}) is up to date; nothing to publish.\n", "")


def test_a_dry_run_shows_the_commit_and_writes_nothing(root: Path, origin: Path) -> None:
    merged = merge(root)
    before = files(root), git(origin, "for-each-ref")
    code, out, err = run(root, "publish")
    assert (code, err) == (0, UNRECORDED)
    assert out == (
        "Would commit to main:\n"
        "\n"
        "  Leaderboard: example/four enters at 2, example/two 2 → 3, 1 other moves\n"
        "\n"
        "  - `example/four` enters at 2\n"
        "  - `example/two` 2 → 3\n"
        "  - `example-labs/three` 3 → 4\n"
        "\n"
        f"  From {merged[:10]} (#45)\n"
        "\n"
        "with changes of:\n"
        "\n"
        "  README.md\n"
        "  leaderboard/README.md\n"
        "  leaderboard/leaderboard.csv\n"
        "  leaderboard/leaderboard.excel.csv\n"
        "  leaderboard/leaderboard.json\n"
        "  leaderboard/models/example-labs/three.md\n"
        "  leaderboard/models/example/four.md\n"
        "  leaderboard/models/example/one.md\n"
        "  leaderboard/models/example/two.md\n"
        "  leaderboard/plots/heat-map-dark.svg\n"
        "  leaderboard/plots/heat-map.svg\n"
        "  leaderboard/ratings.csv\n"
        "\n"
        "Nothing was written. To publish it: openness-bot publish --apply\n"
    )
    assert (files(root), git(origin, "for-each-ref")) == before


@pytest.mark.thorough
def test_what_was_published_is_what_a_build_of_main_gives(root: Path, origin: Path) -> None:
    merge(root)
    code, out, err = run(root, "publish", "--apply")
    published = git(origin, "rev-parse", "main")[:10]
    assert (code, err) == (0, UNRECORDED)
    assert (
        out == f"Pushed {published} to main. Leaderboard: example/four enters at 2, example/two 2 → 3, 1 other moves\n"
    )
    assert log(origin, "%an <%ae>") == "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"
    git(root, "pull", "--quiet", "--ff-only", "origin", "main")
    assert run(root, "build", "--check").code == 0
    assert run(root, "publish", "--apply").out == f"main ({published}) is up to date; nothing to publish.\n"


def test_an_app_commits_in_its_own_name(root: Path, origin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENNESS_BOT_NAME", "example[bot]")
    monkeypatch.setenv("OPENNESS_BOT_EMAIL", "1+example[bot]@users.noreply.example.org")
    merge(root)
    assert run(root, "publish", "--apply").code == 0
    assert log(origin, "%an %ae") == "example[bot] 1+example[bot]@users.noreply.example.org"
    monkeypatch.setenv("OPENNESS_BOT_NAME", "")
    assert publish_command.committer().name == "github-actions[bot]"


@pytest.mark.thorough
def test_a_publisher_that_is_too_late_each_time_says_to_run_it_again(root: Path, origin: Path) -> None:
    merge(root)
    write(origin, "refs/heads/main.lock", "")  # as long as somebody else's push lasts
    code, out, err = run(root, "publish", "--apply")
    assert (code, out) == (1, "")
    assert err == (
        "Error: main moved during each of 5 attempts, so nothing was published. Run this again when less is merged.\n"
    )


def test_errors_on_main_are_shown_as_the_build_shows_them(root: Path, origin: Path) -> None:
    head = git(root, "rev-parse", "HEAD").strip()
    edit(root / "assessments/example/two.yaml", "level: semi-open", "level: half-open")
    expected = run(root, "build")
    commit(root)
    git(root, "push", "--quiet", "origin", "HEAD:main")
    git(root, "reset", "--quiet", "--hard", head)
    refs = git(origin, "for-each-ref")
    assert run(root, "publish", "--apply") == expected
    assert expected.err.startswith("Error: fix these first.\nassessments/example/two.yaml:")
    assert git(origin, "for-each-ref") == refs


@pytest.mark.parametrize("missing", ["schema/rubric.yaml", "assessments"])
def test_a_main_that_is_no_checkout_is_named(missing: str, root: Path) -> None:
    git(root, "rm", "-r", "--quiet", missing)
    git(root, "commit", "--quiet", "--message", "Gone")
    git(root, "push", "--quiet", "origin", "HEAD:main")
    git(root, "reset", "--quiet", "--hard", "HEAD~1")
    assert run(root, "publish") == (1, "", "Error: main of origin has no schema/rubric.yaml, or no assessments.\n")


# ---- wrong usage -----------------------------------------------------------------------------------------------------


def test_a_folder_without_git_and_a_repository_without_origin_are_refused(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    code, _, err = run(root, "publish")
    assert code == 2
    assert err.splitlines()[-1].startswith(f"Error: {root} is not the top folder of a git repository that can be read")
    commit(root)
    code, _, err = run(root, "publish")
    assert code == 2
    assert err.splitlines()[-1] == (
        "Error: there is no remote origin to publish to. Add it with: git remote add origin URL"
    )


def test_a_missing_origin_is_reported_in_one_line(root: Path, origin: Path) -> None:
    shutil.rmtree(origin)
    code, out, err = run(root, "publish")
    assert (code, out) == (1, "")
    assert err.startswith("Error: git ls-remote: fatal: ")
    assert len(err.splitlines()) == 1


# ---- a protected main ------------------------------------------------------------------------------------------------

PROTECTED = (
    "#!/bin/sh\n[ $1 != refs/heads/main ] || { echo 'error: GH006: Protected branch update failed' >&2; exit 1; }\n"
)


def test_on_a_protected_main_the_pull_request_is_opened_by_the_client(
    root: Path, origin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed: list[tuple[str, str, str, str]] = []

    def propose(client: Client, branch: str, base: str, title: str, body: str, *, draft: bool = False) -> int:
        proposed.append((branch, base, title, body))
        return 7

    monkeypatch.setattr(Client, "propose", propose)
    marked: list[str] = []
    monkeypatch.setattr(Client, "mark_made", lambda _, commit: marked.append(commit))
    monkeypatch.setattr(Client, "merged_pull", lambda *_: None)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("GITHUB_REPOSITORY", "example/leaderboard")
    write(origin, "hooks/update", PROTECTED).chmod(0o755)
    merge_directly(root, origin)
    code, out, err = run(root, "publish", "--apply")
    branch = git(origin, "rev-parse", "openness-bot/leaderboard")[:10]
    assert (code, err, [commit[:10] for commit in marked]) == (0, "", [branch])
    assert out == (
        f"main takes no pushes: pull request #7 has {branch}. Leaderboard: example/four enters at 2, example/two 2 → 3, 1 other moves\n"
    )
    [(name, base, title, body)] = proposed
    assert (name, base, title) == (
        "openness-bot/leaderboard",
        "main",
        "Leaderboard: example/four enters at 2, example/two 2 → 3, 1 other moves",
    )
    assert body.endswith("what is edited here is overwritten when `main` changes.")


def merge_directly(root: Path, origin: Path) -> None:
    """Call `merge` where a hook of origin would refuse the push."""
    hook = origin / "hooks/update"
    hook.chmod(0o644)
    merge(root)
    hook.chmod(0o755)


def test_without_a_token_the_branch_is_pushed_and_the_missing_token_reported(root: Path, origin: Path) -> None:
    write(origin, "hooks/update", PROTECTED).chmod(0o755)
    merge_directly(root, origin)
    code, out, err = run(root, "publish", "--apply")
    assert (code, out) == (1, "")
    assert err.startswith(
        "Error: main takes no pushes, so the branch openness-bot/leaderboard has the new leaderboard; but its pull request "
        "can't be opened. GITHUB_"
    )
    assert "openness-bot/leaderboard" in git(origin, "branch")


# ---- the token -------------------------------------------------------------------------------------------------------


class Listening(HTTPServer):
    """A server that refuses everything and remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Refusing)
        self.shown: list[list[str]] = []


class _Refusing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Listening)
        self.server.shown.append(self.headers.get_all("Authorization", []))
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="example"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (as the class calls it)
        """Print nothing."""


@pytest.fixture
def server() -> Iterator[Listening]:
    with Listening() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.thorough
def test_the_token_is_shown_to_the_server_and_to_nobody_else(root: Path, server: Listening, tmp_path: Path) -> None:
    """Also if the checkout has a token of its own, and git is configured to trace."""
    url = f"http://127.0.0.1:{server.server_port}"
    git(root, "remote", "set-url", "origin", f"{url}/example/leaderboard")
    git(root, "config", f"http.{url}/.extraHeader", "AUTHORIZATION: basic b2xk")
    real = shutil.which("git")
    seen = tmp_path / "arguments"
    watching = write(tmp_path, "bin/git", f'#!/bin/sh\necho "$@" >> {seen}\nexec {real} "$@"\n')
    watching.chmod(0o755)
    done = started(
        ["publish", "--apply"],
        root,
        PATH=f"{watching.parent}{os.pathsep}{os.environ['PATH']}",
        GITHUB_SERVER_URL=url,
        GITHUB_REPOSITORY="example/leaderboard",
        GITHUB_TOKEN=TOKEN,
        GIT_CURL_VERBOSE="1",
    )
    secret = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    assert server.shown[0] == [f"basic {secret}"]
    assert (done.code, done.out) == (1, "")
    assert "could not read Username" in done.err
    kept = "".join(file.read_text("utf-8", "replace") for file in (root / ".git").rglob("*") if file.is_file())
    for text in (done.err, seen.read_text(), kept):
        assert TOKEN not in text
        assert secret not in text
    assert "ls-remote" in seen.read_text()


def test_a_token_for_nothing_known_is_refused_without_being_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    code, _, err = run(root, "publish")
    assert code == 2
    assert err.splitlines()[-1].startswith("Error: GITHUB_REPOSITORY is not set.")
    assert TOKEN not in err


# ---- pages that no build makes ---------------------------------------------------------------------------------------

PAGE = "<!-- Generated by `openness-bot candidates --write`. Do not edit. -->\n\n# Candidates\n"


def test_a_page_is_published_once(root: Path, origin: Path, tmp_path: Path) -> None:
    page = write(tmp_path, "found/candidates.md", PAGE)
    assert "leaderboard/candidates.md" in run(root, "publish", "--page", str(page)).out
    assert run(root, "publish", "--apply", "--page", str(page)).code == 0
    assert log(origin, "%s") == "Leaderboard: new candidates.md"
    assert git(origin, "show", "main:leaderboard/candidates.md") == PAGE
    assert "nothing to publish" in run(root, "publish", "--apply", "--page", str(page)).out


@pytest.mark.parametrize(
    ("name", "text", "code", "message"),
    [
        ("README.md", PAGE, 2, "README.md is no page of that kind. Name each of these at most once: candidates.md"),
        ("\x1b[31mx.md", PAGE, 2, "\\u001b[31mx.md is no page of that kind."),
        ("candidates.md", "# Candidates\n", 1, "its first line doesn't say which command generated it. Generate it"),
    ],
)
def test_another_file_is_no_such_page(
    root: Path, tmp_path: Path, name: str, text: str, code: int, message: str
) -> None:
    ran = run(root, "publish", "--apply", "--page", str(write(tmp_path, f"found/{name}", text)))
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err


def test_a_page_that_is_named_twice_is_refused(root: Path, tmp_path: Path) -> None:
    page = str(write(tmp_path, "found/candidates.md", PAGE))
    assert "candidates.md is named twice." in run(root, "publish", "--page", page, "--page", page).err
