"""The `git` program with real repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.git.repository import GitError, PushResult, Repository, UnreachableError, authorization, blob_id
from tests.board.reading.golden import FIRST
from tests.board.reading.trees import TWO, base_tree, commit_all, git, repository, write

if TYPE_CHECKING:
    from pathlib import Path

DEVELOPER = "assessments/example/developer.yaml"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return base_tree(tmp_path)


def test_an_error_of_git_has_its_own_message(root: Path) -> None:
    with pytest.raises(GitError, match=r"git log: .*not a git repository"):
        Repository(root).run("log")


@pytest.mark.parametrize("ref", ["HEAD", "main", "v1"])
def test_a_commit_is_found_by_branch_tag_and_id(ref: str, root: Path) -> None:
    repo = repository(root)
    git(root, "tag", "-a", "v1", "-m", "Annotated")
    assert repo.commit(ref) == repo.commit(repo.commit(ref)) == git(root, "rev-parse", "HEAD")


@pytest.mark.parametrize("ref", ["nowhere", "", "HEAD:assessments", "--all", "-h", "main..HEAD", "a b", "\udcff"])
def test_what_names_no_commit_is_refused_with_a_remedy(ref: str, root: Path) -> None:
    with pytest.raises(GitError, match="no commit"):
        repository(root).commit(ref)


def test_files_are_listed_with_mode_id_and_size_also_if_git_would_quote_their_names(root: Path) -> None:
    names = ['quote".yaml', "모델.yaml", "line\nbreak.yaml", "tab\t.yaml", "-dash.yaml"]
    for name in names:
        write(root, f"assessments/example/{name}", "x")
    repo = repository(root)
    blobs = {blob.path: blob for blob in repo.tree("HEAD", "assessments")}
    assert set(blobs) == {FIRST, DEVELOPER, *(f"assessments/example/{name}" for name in names)}
    data = (root / FIRST).read_bytes()
    assert blobs[FIRST] == (FIRST, "100644", blob_id(data), len(data))
    assert set(repo.unchanged("assessments")) == set(blobs)


def test_a_folder_whose_name_begins_alike_is_another_folder(root: Path) -> None:
    write(root, "assessments-old/example/one.yaml", "x")
    assert all(blob.path.startswith("assessments/") for blob in repository(root).tree("HEAD", "assessments"))


def test_an_unchanged_file_is_known_and_every_kind_of_change_is_not(root: Path) -> None:
    paths = {name: f"assessments/example/{name}.yaml" for name in ("staged", "edited", "touched", "deleted", "typed")}
    for path in paths.values():
        write(root, path, path)
    repo = repository(root)
    write(root, paths["staged"], "staged")
    git(root, "add", paths["staged"])
    write(root, paths["edited"], "edited")
    write(root, paths["touched"], paths["touched"])
    (root / paths["deleted"]).unlink()
    (root / paths["typed"]).unlink()
    (root / paths["typed"]).symlink_to("one.yaml")
    write(root, TWO, "untracked")
    write(root, "assessments/example/later.yaml", "intended")
    git(root, "add", "--intent-to-add", "assessments/example/later.yaml")
    unchanged = repo.unchanged("assessments")
    assert set(unchanged) == {FIRST, DEVELOPER, paths["staged"], paths["touched"]}
    assert unchanged[paths["staged"]] == blob_id(b"staged")


def test_a_file_in_conflict_is_not_known(root: Path) -> None:
    repo = repository(root)
    git(root, "checkout", "-q", "-b", "other")
    write(root, FIRST, "theirs")
    commit_all(root)
    git(root, "checkout", "-q", "main")
    write(root, FIRST, "ours")
    commit_all(root)
    with pytest.raises(Exception, match="merge"):
        git(root, "merge", "other")
    assert FIRST not in repo.unchanged("assessments")


def test_blobs_are_in_the_requested_order_whatever_their_content(root: Path) -> None:
    contents = [b"", b"\n", b"blob 3\nmissing\n", bytes(range(256)) * 300]
    for number, data in enumerate(contents):
        (root / f"assessments/example/{number}.bin").write_bytes(data)
    repo = repository(root)
    ids = [blob_id(data) for data in contents]
    assert list(repo.blobs([*ids, ids[0], *ids[::-1]])) == [*contents, contents[0], *contents[::-1]]
    assert list(repo.blobs([])) == []


def test_a_missing_blob_is_an_error_and_an_abandoned_reading_leaves_no_process(root: Path) -> None:
    repo = repository(root)
    with pytest.raises(GitError, match="is missing"):
        list(repo.blobs(["0" * 40]))
    with pytest.raises(GitError, match="is missing"):
        list(repo.blobs([git(root, "rev-parse", "HEAD")]))  # a commit is no file
    reading = repo.blobs([blob_id((root / FIRST).read_bytes())] * 3)
    next(reading)
    reading.close()  # type: ignore[attr-defined]


def test_reading_changes_nothing_in_the_repository(root: Path) -> None:
    repo = repository(root)
    write(root, FIRST, (root / FIRST).read_text("utf-8"))  # a new time stamp that git would like to remember
    before = (root / ".git/index").read_bytes()
    repo.unchanged("assessments")
    assert (root / ".git/index").read_bytes() == before


def test_a_program_that_the_configuration_names_for_watching_files_is_not_started(root: Path) -> None:
    repo = repository(root)
    git(root, "config", "core.fsmonitor", f"touch {root}/started; false")
    repo.unchanged("assessments")
    assert not (root / "started").exists()


def test_private_files_lie_inside_the_git_folder(root: Path) -> None:
    repo = repository(root)
    assert repo.private_file("openness-bot/entries.json") == root / ".git/openness-bot/entries.json"
    git(root, "worktree", "add", "-q", "--detach", str(root / "second"))
    assert Repository(root / "second").private_file("x").is_relative_to(root / ".git")


def test_without_git_the_message_asks_to_install_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root))
    with pytest.raises(GitError, match="Install git"):
        Repository(root).run("status")


# ---- settings and a remote -------------------------------------------------------------------------------------------


def test_settings_pass_through_the_environment_behind_those_that_are_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "example.first")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "1")
    repo = repository(root).with_settings([("example.second", "2")]).with_settings([("example.third", "3")])
    found = repo.run("config", "--get-regexp", "^example").decode()
    assert found == "example.first 1\nexample.second 2\nexample.third 3\n"


def test_a_token_replaces_others_for_its_server_and_is_never_shown(root: Path) -> None:
    repo = repository(root).with_settings(authorization("https://git.example.org/", "example-token"))
    own = repo.with_environment({"GIT_AUTHOR_NAME": "Example"})
    key, url = "http.extraHeader", "https://git.example.org/example/leaderboard"
    shown = own.run("config", "--get-urlmatch", key, url).decode().strip()
    assert shown == "AUTHORIZATION: basic eC1hY2Nlc3MtdG9rZW46ZXhhbXBsZS10b2tlbg=="
    with pytest.raises(GitError):
        own.run("config", "--get-urlmatch", key, "https://git.example.com/example/leaderboard")
    assert "eC1hY2N" not in repr(own)
    assert own == Repository(root)


def test_a_log_has_a_line_for_each_commit_whatever_is_in_its_subject(root: Path) -> None:
    repo = repository(root)
    first = repo.commit("HEAD")
    git(root, "config", "log.showSignature", "true")
    git(root, "commit", "-q", "--allow-empty", "-m", ">commit \u2028 \x0b 1")
    git(root, "commit", "-q", "--allow-empty", "--allow-empty-message", "-m", "")
    assert repo.log("%s", "HEAD") == ["", ">commit \u2028 \x0b 1", "Test"]
    assert repo.log("%H", "HEAD", "--", "assessments") == [first]
    assert repo.log("%H", "HEAD", "--", "nowhere") == []


@pytest.fixture
def remote(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bare copy of the repository, which is its `origin`."""
    repository(root)
    place = tmp_path_factory.mktemp("remote")
    git(root, "clone", "-q", "--bare", str(root), str(place))
    git(root, "remote", "add", "origin", str(place))
    return place


def test_of_a_remote_those_refs_are_listed_that_it_has(root: Path, remote: Path) -> None:
    git(remote, "update-ref", "refs/heads/example/refs/heads/other", "main")
    head = Repository(root).commit("HEAD")
    listed = Repository(root).remote_refs("origin", "refs/heads/main", "refs/heads/other")
    assert listed == {"refs/heads/main": head}
    assert Repository(root).remote_refs("origin", "refs/heads/other") == {}


def test_a_push_is_taken_only_while_the_branch_is_what_was_expected(root: Path, remote: Path) -> None:
    repo, new = Repository(root), "refs/heads/new"
    first = repo.commit("HEAD")
    second = commit_all(root)
    assert repo.push("origin", first, new, second) is PushResult.MOVED
    assert repo.push("origin", first, new, "") is PushResult.TAKEN
    assert repo.push("origin", second, new, "") is PushResult.MOVED
    assert repo.push("origin", second, new, first) is PushResult.TAKEN
    assert repo.push("origin", second, new, first) is PushResult.TAKEN, "it is there already"
    assert repo.push("origin", "", new, first) is PushResult.MOVED
    assert repo.push("origin", "", new, second) is PushResult.TAKEN
    assert repo.remote_refs("origin", new) == {}


REFUSALS = {
    "error: GH006: Protected branch update failed for refs/heads/main.": PushResult.PROTECTED,
    "error: GH013: Repository rule violations found for refs/heads/main.": PushResult.PROTECTED,
    "error: File report.pdf is 150 MB": None,
}


@pytest.mark.parametrize("words", REFUSALS)
def test_a_refusal_of_the_remote_is_a_rule_or_a_failure(words: str, root: Path, remote: Path) -> None:
    repo, base = Repository(root), Repository(root).commit("HEAD")
    write(remote, "hooks/pre-receive", f"#!/bin/sh\necho '{words}' >&2\nexit 1\n").chmod(0o755)
    commit = commit_all(root)
    if REFUSALS[words]:
        assert repo.push("origin", commit, "refs/heads/main", base) is REFUSALS[words]
    else:
        with pytest.raises(GitError, match=words):
            repo.push("origin", commit, "refs/heads/main", base)


def test_a_remote_that_does_not_answer_may_do_so_later_and_one_that_is_not_there_never(root: Path) -> None:
    repo = repository(root)
    with pytest.raises(UnreachableError, match=r"Connection refused|Couldn't connect|Failed to connect"):
        repo.remote_refs("http://127.0.0.1:1/", "refs/heads/main")
    with pytest.raises(GitError) as caught:
        repo.remote_refs(str(root / "nowhere"), "refs/heads/main")
    assert not isinstance(caught.value, UnreachableError)


# ---- other people's surroundings -------------------------------------------------------------------------------------

HOSTILE_SETTINGS = """
[color]
    ui = always
    diff = always
    status = always
[core]
    autocrlf = true
    quotePath = false
    abbrev = 5
    pager = false
    attributesFile = {folder}/attributes
    hooksPath = {folder}/hooks
[diff]
    noprefix = true
    mnemonicPrefix = true
    renames = false
    algorithm = patience
    context = 0
    interHunkContext = 9
    external = false
    orderFile = {folder}/order
    relative = true
    suppressBlankEmpty = true
    ignoreSubmodules = all
[diff "upper"]
    textconv = tr a-z A-Z <
    xfuncname = "^(zzz)"
[merge]
    conflictStyle = diff3
    renames = false
    directoryRenames = true
    renormalize = true
[status]
    short = true
    branch = true
    showUntrackedFiles = all
[log]
    showSignature = true
    date = relative
[i18n]
    logOutputEncoding = UTF-16
    commitEncoding = EUC-KR
[push]
    followTags = true
"""
HOSTILE_VARIABLES = {
    "GIT_INDEX_FILE": "/nowhere/index",
    "GIT_OBJECT_DIRECTORY": "/nowhere/objects",
    "GIT_NAMESPACE": "example",
    "GIT_PREFIX": "assessments/",
    "GIT_CEILING_DIRECTORIES": "/",
    "GIT_EXTERNAL_DIFF": "false",
    "GIT_DIFF_OPTS": "--unified=0",
    "GIT_PAGER": "false",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_ICASE_PATHSPECS": "1",
    "GIT_TRACE": "1",
    "GIT_SEQUENCE_EDITOR": "false",
    "GIT_AUTHOR_NAME": "Somebody",
    "GIT_DEFAULT_HASH": "sha256",
    "GIT_MERGE_VERBOSITY": "5",
    "LANG": "ko_KR.UTF-8",
    "LANGUAGE": "ko",
    "PAGER": "false",
}


def results(repo: Repository) -> list[object]:
    """Return the results of the commands whose output is used."""
    message = repo.run("rev-list", "--max-count=1", "--format=%s", "other")
    return [
        repo.commit("HEAD"),
        repo.tree("HEAD", "assessments"),
        repo.log("%H %s %ae", "--first-parent", "HEAD"),
        repo.log("%H", "HEAD", "--", f":(top){FIRST}"),
        repo.diff("HEAD~", "HEAD", ["assessments"]),
        repo.diff("HEAD~", "HEAD", [FIRST, TWO]),
        repo.merged("HEAD", "other"),
        repo.merge_base("HEAD", "other"),
        repo.unchanged("assessments"),
        list(repo.fields("diff-tree", "-r", "-z", "--stdin", given=f"{repo.commit('HEAD')}\n".encode())),
        message,
    ]


def test_no_setting_and_no_variable_of_a_user_changes_a_result(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = repository(root)
    git(root, "checkout", "-q", "-b", "other")
    write(root, FIRST, (root / FIRST).read_text("utf-8").replace("Files", "파일"))
    commit_all(root)
    git(root, "checkout", "-q", "-")
    write(root, FIRST, (root / FIRST).read_text("utf-8").replace("Files", "A table"))
    git(root, "mv", DEVELOPER, TWO)
    write(root, "assessments/example/모델.yaml", "x\n\ny\n")
    commit_all(root)
    expected = results(repo)

    folder = tmp_path_factory.mktemp("home")
    elsewhere = base_tree(folder / "elsewhere")
    other = repository(elsewhere)
    settings = write(folder, "gitconfig", HOSTILE_SETTINGS.format(folder=folder.as_posix()))
    write(folder, "attributes", "* diff=upper merge=union text eol=crlf\n")
    write(folder, "order", "*three*\n")
    variables = HOSTILE_VARIABLES | {
        "GIT_CONFIG_GLOBAL": str(settings),
        "GIT_DIR": str(other.root / ".git"),
        "GIT_WORK_TREE": str(other.root),
        "GIT_COMMON_DIR": str(other.root / ".git"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "diff.renames",
        "GIT_CONFIG_VALUE_0": "copies",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert results(repo) == expected


def test_a_replaced_commit_does_not_change_the_history(root: Path) -> None:
    repo = repository(root)
    write(root, FIRST, "x")
    commit_all(root)
    expected = repo.log("%H %s", "HEAD")
    git(root, "replace", "--graft", "HEAD")
    assert repo.log("%H %s", "HEAD") == expected
