"""`openness-bot draft`: drafts from a hub on loopback, and what has changed there since a model was assessed."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import huggingface_hub
import pytest

from bot.sources.hub.drift import Drift
from tests.checkouts import checkout, edit, files, run, write
from tests.cli.test_candidates import without_waiting
from tests.sources.hub.server import REPOSITORIES, Answer, Hub, HubRepository, recorded, without_certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN, GATED, BARE = "example-labs/open-one-7b", "example-labs/Gated_Two-it", "example-labs/bare.3"
DRAFT = "assessments/example-labs/open-one-7b.yaml"
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with an assessed base model."""
    root = checkout(tmp_path / "checkout", {"example/one": "oooooooooooooooo", "example/two": "ssssssssssssssss"})
    edit(root / "assessments/example/one.yaml", "modality:", "huggingface: Example/Zero\nmodality:")
    return root


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Start a hub with the recorded repositories, without delays."""

    def waits(_: float) -> None:
        pytest.fail("somebody waits")

    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", "/nowhere/token")
    without_waiting(monkeypatch, waits)
    without_certificates(monkeypatch)
    huggingface_hub.close_session()
    with Hub([{"id": "example/listed", "likes": 1, "downloads": 1, "tags": []}]) as hub:
        hub.add(recorded("open"), recorded("gated"), recorded("bare"))
        monkeypatch.setenv("HF_ENDPOINT", f"{hub.endpoint}/")
        yield hub
    huggingface_hub.close_session()


def without_day(text: str) -> list[str]:
    """Return the lines of a draft, without those that contain the day."""
    return [line for line in text.splitlines() if "as it was on " not in line and "suggests " not in line]


# ---- a draft ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_written_with_a_developer_and_check_lists_what_is_left(root: Path, hub: Hub) -> None:
    before = files(root)
    code, out, err = run(root, "draft", OPEN)
    assert (code, out.splitlines()) == (
        0,
        [
            f"wrote {DRAFT}",
            "wrote assessments/example-labs/developer.yaml",
            (
                "16 criteria are left to judge: the first lines of the draft say how. "
                "Then run: `openness-bot check assessments/example-labs`"
            ),
        ],
    )
    assert err == f"Read from {hub.endpoint}; the links in the draft lead to https://huggingface.co.\n"
    assert set(files(root)) - set(before) == {DRAFT, "assessments/example-labs/developer.yaml"}
    recorded_draft = (REPOSITORIES / "open.yaml").read_text("utf-8")
    assert without_day((root / DRAFT).read_text("utf-8")) == without_day(recorded_draft)
    said = json.loads(run(root, "check", "--format", "json").out)["problems"]
    assert {problem["rule"] for problem in said if problem["path"] == DRAFT} == {"unassessed"}


def test_no_weights_are_requested_and_all_files_are_of_one_commit(root: Path, hub: Hub) -> None:
    assert run(root, "draft", OPEN).code == 0
    asked = hub.paths
    assert asked[0] == f"/api/models/{OPEN}"
    assert asked[1:] == [
        f"/{OPEN}/resolve/{SHA}/{name}" for name in ("config.json", "tokenizer_config.json", "README.md", "LICENSE")
    ]


@pytest.mark.parametrize(
    "given",
    [
        f"https://huggingface.co/{OPEN}",
        f"https://huggingface.co/{OPEN}/tree/main?x=1#y",
        f"http://hf.co/{OPEN}/",
        f"huggingface.co/{OPEN}",
        f"{{}}/{OPEN}/blob/main/README.md",
    ],
)
def test_the_address_of_a_page_names_its_model(given: str, root: Path, hub: Hub) -> None:
    assert run(root, "draft", given.format(hub.endpoint)).out.startswith(f"wrote {DRAFT}\n")


WRONG_IDS = {
    "open-one-7b": "is no id of a model on Hugging Face: write ORGANISATION/NAME, or the address of its page. Old models",
    "a/b/c": "is no id of a model on Hugging Face: write ORGANISATION/NAME, or the address of its page.",
    "datasets/example/one": "`datasets/example/one` is not a model. Write the id of a model, ORGANISATION/NAME.",
    "https://huggingface.co/spaces/example/one": "is no id of a model on Hugging Face",
    "https://huggingface.co/collections/example/one": "is no id of a model on Hugging Face",
    "https://huggingface.co": "is no id of a model on Hugging Face",
    "https://example.org/a/b": "is no id of a model on Hugging Face",
    "../../etc": "is no id of a model on Hugging Face",
    "a/b c": "is no id of a model on Hugging Face",
    "": "is no id of a model on Hugging Face",
}


@pytest.mark.parametrize("given", WRONG_IDS)
def test_addresses_of_other_pages_are_refused_before_any_request(given: str, root: Path, hub: Hub) -> None:
    before = files(root)
    code, out, err = run(root, "draft", given)
    assert (code, out, WRONG_IDS[given] in err) == (2, "", True)
    assert (hub.paths, files(root)) == ([], before)


WRONG_USE = {
    (): "one model at a time: write its id on Hugging Face, ORGANISATION/NAME.",
    (OPEN, GATED): "one model at a time",
    (OPEN, "--format", "json"): "`--format json` is for `--update`; a draft is YAML.",
    ("--update", "--out", "x"): "`--update` writes no draft: leave out `--developer` and `--out`.",
    ("--update", "--developer", "x"): "`--update` writes no draft",
    (OPEN, "--developer", "../x"): "`../x` can't be a folder under assessments/",
    (
        "example/zero",
    ): "example/zero is assessed already, in assessments/example/one.yaml. `openness-bot draft --update example/one` says",
    ("example/developer",): "example/developer gives no path. Begin with `openness-bot new DEVELOPER/MODEL`.",
}


@pytest.mark.parametrize("arguments", WRONG_USE)
def test_wrong_usage_is_reported_before_any_request(arguments: tuple[str, ...], root: Path, hub: Hub) -> None:
    before = files(root)
    code, out, err = run(root, "draft", *arguments)
    assert (code, out, WRONG_USE[arguments] in err) == (2, "", True)
    assert (hub.paths, files(root)) == ([], before)


def test_a_draft_may_go_elsewhere(root: Path, hub: Hub, tmp_path: Path) -> None:
    before = files(root)
    code, printed, _ = run(root, "draft", OPEN, "--out", "-")
    assert (code, files(root)) == (0, before)
    place = tmp_path / "there/draft.yaml"
    assert run(root, "draft", OPEN, "--out", str(place)).out == f"wrote {place}\n"
    assert place.read_text("utf-8") == printed
    code, _, err = run(root, "draft", OPEN, "--out", str(place))
    assert (code, "exists already, and nothing is overwritten" in err) == (2, True)
    assert files(root) == before


def test_the_developer_is_the_one_of_the_organisation_or_is_named(root: Path, hub: Hub) -> None:
    edit(root / "assessments/example/two.yaml", "modality:", "huggingface: Example-Labs/two\nmodality:")
    assert run(root, "draft", OPEN).out.splitlines()[0] == "wrote assessments/example/open-one-7b.yaml"
    assert run(root, "draft", GATED, "--developer", "mine").out.splitlines()[:2] == [
        "wrote assessments/mine/gated-two-it.yaml",
        "wrote assessments/mine/developer.yaml",
    ]


def test_an_unfinished_draft_counts_as_assessed_and_is_no_obstacle(root: Path, hub: Hub) -> None:
    assert run(root, "draft", OPEN).code == 0
    code, _, err = run(root, "draft", OPEN)
    assert (code, f"is assessed already, in {DRAFT}" in err) == (2, True)
    assert run(root, "draft", GATED).code == 0


def test_nothing_that_exists_is_overwritten(root: Path, hub: Hub) -> None:
    mine = write(root, DRAFT, "mine\n")
    code, _, err = run(root, "draft", OPEN)
    assert (code, mine.read_text("utf-8")) == (1, "mine\n")
    assert f"{DRAFT} exists already: edit it, or name another file with `--out`." in err


def test_a_model_of_the_same_name_is_looked_at_first(root: Path, hub: Hub) -> None:
    edit(root / "assessments/example/two.yaml", "model: Example Two", "model: OPEN-one-7B")
    code, _, err = run(root, "draft", OPEN)
    assert (code, "assessments/example/two.yaml has the same name, so it may be about" in err) == (1, True)


def test_no_link_is_followed_out_of_the_checkout(root: Path, hub: Hub, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "assessments/example-labs").symlink_to(outside)
    code, _, err = run(root, "draft", OPEN)
    assert (code, "is a symbolic link" in err, list(outside.iterdir())) == (1, True, [])


def test_of_two_files_none_is_written_where_one_can_not_be(
    root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(root)
    opened = Path.open

    def full(self: Path, mode: str = "r", **options: Any) -> Any:
        if self.name == "developer.yaml" and mode == "x":
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(self, mode, **options)

    monkeypatch.setattr(Path, "open", full)
    code, out, err = run(root, "draft", OPEN)
    assert (code, out) == (1, "")
    assert "developer.yaml can't be written: No space left on device." in err
    assert files(root) == before


def test_a_renamed_repository_is_drafted_under_its_new_name(root: Path, hub: Hub) -> None:
    hub.renamed["example-labs/old"] = OPEN
    code, out, err = run(root, "draft", "example-labs/old")
    assert (code, out.splitlines()[0]) == (0, f"wrote {DRAFT}")
    assert err.startswith(f"example-labs/old is called {OPEN} on the hub now, so the draft is about that.\n")
    assert f"huggingface: {OPEN}\n" in (root / DRAFT).read_text("utf-8")
    code, _, err = run(root, "draft", "example-labs/old")
    assert (code, f"{OPEN} is assessed already" in err) == (2, True)


# ---- what goes wrong -------------------------------------------------------------------------------------------------


def answer(status: int, code: str = "", words: str = "", body: bytes = b"{}") -> Answer:
    return Answer(status, body, {"X-Error-Code": code, "X-Error-Message": words})


FAULTS = {
    "nothing there": (answer(404, "RepoNotFound"), "{} has no {} that everybody can see (404): it was deleted or is private"),
    "nothing there, without a token": (
        answer(401, "", "Invalid username or password."), "{} has no {} that everybody can see (401)",
    ),
    "a token that isn't known": (
        answer(401, "", "Invalid credentials in Authorization header"), "{} refuses the token (401). Set HF_TOKEN to a",
    ),
    "a token that may not": (answer(403), "{} refuses to show {} (403). Unset HF_TOKEN, or set it to one that may read it."),
    "disabled": (answer(403, "", "Access to this resource is disabled."), "{} has disabled {}, so nobody can read it there."),
    "too many requests": (answer(429), "{} was asked too often (429). Wait some minutes"),
    "a failure": (answer(500), "{} has a failure of its own (500). Try again later."),
    "too much to do": (answer(503, body=b"<html>"), "{} has a failure of its own (503). Try again later."),
    "wrong request": (answer(400, body=b"[1]"), "{} refuses to show {} (400)."),
    "no content": (Answer(204, b""), "the answer of {} isn't understood (status 204)."),
    "compressed": (Answer(200, b"x", {"Content-Encoding": "gzip"}), "the answer of {} isn't understood (compressed)."),
    "a circle": (Answer(307, b"", {"Location": "/circle"}), "the answer of {} isn't understood (TooManyRedirects)."),
}  # fmt: skip
CALLS = {
    "the model": (f"/api/models/{OPEN}", f"model {OPEN}"),
    "a configuration": (f"/{OPEN}/resolve/{SHA}/config.json", f"file config.json of {OPEN}"),
    "the card": (f"/{OPEN}/resolve/{SHA}/README.md", f"file README.md of {OPEN}"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_is_one_line_and_nothing_is_written(fault: str, call: str, root: Path, hub: Hub) -> None:
    said, words = FAULTS[fault]
    path, about = CALLS[call]
    hub.faults = {path: said, "/circle": said}
    before = files(root)
    code, out, err = run(root, "draft", OPEN)
    assert (code, out, files(root)) == (1, "", before)
    assert err.startswith(f"Error: {words.format(hub.endpoint, about)}")
    assert err.count("\n") == 1


NO_MODELS = {
    "broken JSON": b'{"id": "example',
    "a page for people": b"<html>",
    "a list": b"[]",
    "no id": b"{}",
    "an id that is none": b'{"id": "<b>\\n"}',
    "very deep": b"[" * 200_000,
    "no commit": b'{"id": "example-labs/open-one-7b", "sha": "main"}',
}


@pytest.mark.parametrize("case", NO_MODELS)
def test_an_answer_that_is_no_model_is_not_understood(case: str, root: Path, hub: Hub) -> None:
    hub.faults = {f"/api/models/{OPEN}": Answer(200, NO_MODELS[case])}
    before = files(root)
    code, out, err = run(root, "draft", OPEN)
    assert (code, out, files(root)) == (1, "", before)
    assert err.startswith(f"Error: the answer of {hub.endpoint} isn't understood (")


@pytest.mark.parametrize(("key", "words"), [("private", "is private."), ("disabled", "has disabled model")])
def test_a_private_model_is_not_drafted(key: str, words: str, root: Path, hub: Hub) -> None:
    hub.repositories[OPEN].info[key] = True
    code, out, err = run(root, "draft", OPEN)
    assert (code, out, words in err, err.count("\n")) == (1, "", True, 1)


UNREACHABLE = {
    "http://127.0.0.1:1": "http://127.0.0.1:1 can't be reached. Is there a network?",
    "hub.example.org": "hub.example.org is no address of a hub. Set HF_ENDPOINT to one that begins with https://",
    "ftp://hub.example.org": "ftp://hub.example.org is no address of a hub.",
}


@pytest.mark.parametrize("arguments", [("draft", OPEN), ("draft", "--update")])
@pytest.mark.parametrize("endpoint", UNREACHABLE)
def test_an_unreachable_hub_is_reported_at_once(
    endpoint: str, arguments: tuple[str, ...], root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    before = files(root)
    code, out, err = run(root, *arguments)
    assert (code, out, files(root)) == (1, "", before)
    assert err.startswith(f"Error: {UNREACHABLE[endpoint]}")
    assert err.count("\n") == 1


def test_offline_is_offline(root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    code, out, err = run(root, "draft", OPEN)
    assert (code, out, hub.paths) == (1, "", [])
    assert err.startswith("Error: HF_HUB_OFFLINE is set, so the hub isn't asked. Unset it.")


def test_a_hub_that_drips_is_left(root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sources.hub.models.LONGEST_ANSWER", -1.0)
    code, _, err = run(root, "draft", OPEN)
    assert (code, f"takes too long for model {OPEN}. Try again later." in err) == (1, True)


# ---- files that say too much -----------------------------------------------------------------------------------------


def with_file(hub: Hub, name: str, data: bytes) -> None:
    hub.repositories[OPEN].files[name] = data


def test_of_a_huge_card_the_beginning_is_read(root: Path, hub: Hub) -> None:
    with_file(hub, "README.md", b"# Training data\n" + b"x" * 50_000_000 + b"\n# Hardware\n")
    assert run(root, "draft", OPEN).code == 0
    text = (root / DRAFT).read_text("utf-8")
    assert "README.md#training-data\n" in text
    assert "README.md#hardware" not in text


def test_a_huge_configuration_is_skipped_with_a_reason(root: Path, hub: Hub) -> None:
    with_file(hub, "config.json", b" " * 5_000_000 + b"{}")
    assert run(root, "draft", OPEN).code == 0
    assert "# > config.json can't be read: it has more than 4,194,304 bytes." in (root / DRAFT).read_text("utf-8")


def test_terms_that_are_no_text_are_no_evidence_of_anything(root: Path, hub: Hub) -> None:
    hub.repositories[OPEN].files["LICENSE"] = "Terms".encode("utf-16")
    assert run(root, "draft", OPEN).code == 0
    text = (root / DRAFT).read_text("utf-8")
    assert "# > LICENSE can't be read: it is no text." in text
    assert "begin with:" not in text


def test_terms_of_code_and_of_weights_are_both_there(root: Path, hub: Hub) -> None:
    names = ("LICENSE-CODE", "LICENSE-MODEL", "license_notes.txt", "LICENSE.d/x", "src/LICENSE")
    for name in names:
        with_file(hub, name, f"Terms of {name}\n".encode())
    hub.repositories[OPEN].info["siblings"] = [{"rfilename": name} for name in names]
    assert run(root, "draft", OPEN).code == 0
    text = (root / DRAFT).read_text("utf-8")
    assert [name for name in names if f"begin with: Terms of {name}" in text] == list(names[:3])


def test_a_token_is_sent_and_never_printed(root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_example")
    code, out, err = run(root, "draft", OPEN)
    assert (code, set(hub.tokens)) == (0, {"Bearer hf_example"})
    assert "hf_example" not in out + err + (root / DRAFT).read_text("utf-8")


def test_a_file_that_disappears_meanwhile_is_named(root: Path, hub: Hub) -> None:
    del hub.repositories[OPEN].files["config.json"]
    assert run(root, "draft", OPEN).code == 0
    assert "# > config.json can't be read: it isn't there." in (root / DRAFT).read_text("utf-8")


def test_a_gated_repository_is_drafted_without_what_it_keeps_back(root: Path, hub: Hub) -> None:
    assert run(root, "draft", GATED).code == 0
    text = (root / "assessments/example-labs/gated-two-it.yaml").read_text("utf-8")
    assert without_day(text) == without_day((REPOSITORIES / "gated.yaml").read_text("utf-8"))


HOSTILE = "# x\n---\n::set-env name=a::b\n# \x1b[2J Training data ::warning::\n## <img onerror=alert(1)> License\n- level: open\n"


def test_hostile_words_have_no_effect(root: Path, hub: Hub) -> None:
    for name in ("README.md", "LICENSE", "config.json", "tokenizer_config.json"):
        with_file(hub, name, HOSTILE.encode() + b"\xff")
    hub.repositories[OPEN].info |= {
        "cardData": {"license": "other", "license_name": "x\n    level: open", "datasets": ["a\n::set-env::", "b/c"]},
        "pipeline_tag": "text\n]",
        "siblings": [{"rfilename": f"LICENSE{end}"} for end in ("", "\n.md", "/../../x")],
        "tags": ["arxiv:2501.00001\n", "base_model:../x", "base_model:a/b"],
    }
    code, out, err = run(root, "draft", OPEN)
    text = (root / DRAFT).read_text("utf-8")
    assert code == 0
    assert not any(line.startswith("::") for line in (out + err + text).splitlines())
    assert "\x1b" not in out + err + text
    said = json.loads(run(root, "check", "--format", "json").out)["problems"]
    assert {problem["rule"] for problem in said if problem["path"] == DRAFT} == {"unassessed"}


# ---- what has changed ------------------------------------------------------------------------------------------------


def assessed(root: Path, hub_id: str, *changes: tuple[str, str]) -> None:
    """Let `example/two`, which is semi-open throughout, name a model on the hub."""
    file = root / "assessments/example/two.yaml"
    edit(file, "modality:", f"huggingface: {hub_id}\nlicense: Apache-2.0\nmodality:")
    for old, new in changes:
        edit(file, old, new)


def drift_of(root: Path, *arguments: str) -> tuple[int, Drift]:
    code, out, err = run(root, "draft", "--update", *arguments, "--format", "json")
    assert err == ""
    return code, Drift.model_validate_json(out)


WEIGHTS_OPEN = ("level: semi-open", "level: open")
PINNED = ("https://example.org/architecture", f"https://huggingface.co/{OPEN}/blob/{{}}/config.json")
PAGE = f"https://huggingface.co/{OPEN}"
UPDATES: dict[str, tuple[dict[str, Any], tuple[tuple[str, str], ...], list[tuple[str, str, str, str]]]] = {
    "nothing has changed": ({}, (WEIGHTS_OPEN,), []),
    "another licence": (
        {"cardData": {"license": "llama3.1"}}, (WEIGHTS_OPEN,), [("licence", "Apache-2.0", "llama3.1", PAGE)],
    ),
    "a licence that can't be compared": ({"cardData": {"license": "other"}}, (WEIGHTS_OPEN,), []),
    "gated by a person": (
        {"gated": "manual"}, (WEIGHTS_OPEN,),
        [("gated", "weights rated open", "gated, and a person decides on each request", PAGE)],
    ),
    "gated by a click": ({"gated": "auto"}, (WEIGHTS_OPEN,), []),
    "no longer gated": ({}, (), [("ungated", "weights rated semi-open", "not gated", PAGE)]),
    "gated as before": ({"gated": "manual"}, (), []),
    "a gate of which nothing is said": ({"gated": None}, (), []),
    "private": ({"private": True}, (), [("deleted", "public", "deleted or private", PAGE)]),
    "disabled": ({"disabled": True}, (), [("disabled", "public", "disabled by the hub", PAGE)]),
    "a newer commit": (
        {}, (WEIGHTS_OPEN, (PINNED[0], PINNED[1].format("a" * 40))),
        [("revision", "a" * 40, SHA, f"{PAGE}/commits/main")],
    ),
    "the commit that is linked": ({}, (WEIGHTS_OPEN, (PINNED[0], PINNED[1].format(SHA))), []),
    "the commit that is linked, abbreviated": ({}, (WEIGHTS_OPEN, (PINNED[0], PINNED[1].format(SHA[:8]))), []),
    "a branch that is linked": ({}, (WEIGHTS_OPEN, (PINNED[0], PINNED[1].format("main"))), []),
    "a commit of another repository": (
        {}, (WEIGHTS_OPEN, (PINNED[0], PINNED[1].format("a" * 40).replace("open-one", "other"))), [],
    ),
    "all at once": (
        {"cardData": {"license": "mit"}, "gated": "manual", "sha": "b" * 40},
        (WEIGHTS_OPEN, (PINNED[0], PINNED[1].format(SHA))),
        [
            ("licence", "Apache-2.0", "mit", PAGE),
            ("gated", "weights rated open", "gated, and a person decides on each request", PAGE),
            ("revision", SHA, "b" * 40, f"{PAGE}/commits/main"),
        ],
    ),
    "nonsense": ({"cardData": [1], "gated": 7, "sha": 7, "tags": "x", "siblings": 1, "private": "yes"}, (), []),
}  # fmt: skip


@pytest.mark.parametrize("case", UPDATES)
def test_changes_on_the_hub_are_reported(case: str, root: Path, hub: Hub) -> None:
    said, edits, expected = UPDATES[case]
    hub.repositories[OPEN].info |= said
    assessed(root, OPEN, *edits)
    code, drift = drift_of(root, "example/two")
    assert [(one.kind, one.was, one.now, one.url) for one in drift.changes] == expected
    assert {(one.model, one.huggingface) for one in drift.changes} <= {("example/two", OPEN)}
    assert (code, drift.unasked) == (1 if expected else 0, ())
    assert hub.paths == ["/api/models", f"/api/models/{OPEN}"], "one call for a model"


def test_a_new_name_is_a_change_and_the_rest_is_compared_all_the_same(root: Path, hub: Hub) -> None:
    hub.renamed["Example-Labs/Old"] = OPEN
    assessed(root, "Example-Labs/Old", (PINNED[0], PINNED[1].format("a" * 40)))
    code, drift = drift_of(root, "example/two")
    assert [(one.kind, one.was, one.now) for one in drift.changes] == [
        ("renamed", "Example-Labs/Old", OPEN),
        ("ungated", "weights rated semi-open", "not gated"),
        ("revision", "a" * 40, SHA),
    ]
    assert code == 1


def test_other_letters_are_no_new_name(root: Path, hub: Hub) -> None:
    assessed(root, OPEN.upper(), WEIGHTS_OPEN)
    assert drift_of(root, "example/two") == (0, Drift())


def test_a_deleted_model_does_not_hide_the_others(root: Path, hub: Hub) -> None:
    assessed(root, OPEN)
    code, out, err = run(root, "draft", "--update")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "assessments/example/one.yaml (Example/Zero)",
        "  deleted: The repository is not accessible: deleted or private. Is the rating of the weights still right?",
        "    https://huggingface.co/Example/Zero",
        f"assessments/example/two.yaml ({OPEN})",
        "  ungated: The repository is not gated, and the assessment has weights rated semi-open.",
        f"    {PAGE}",
        "2 models compared. 2 have changed.",
    ]


def test_json_has_just_the_agreed_shape(root: Path, hub: Hub) -> None:
    hub.faults = {f"/api/models/{OPEN}": Answer(500)}
    assessed(root, OPEN)
    code, out, _ = run(root, "draft", "--update", "--format", "json")
    assert (code, json.loads(out)) == (
        1,
        {
            "version": 1,
            "changes": [
                {
                    "model": "example/one",
                    "huggingface": "Example/Zero",
                    "kind": "deleted",
                    "was": "public",
                    "now": "deleted or private",
                    "url": "https://huggingface.co/Example/Zero",
                }
            ],
            "unasked": [
                {
                    "model": "example/two",
                    "huggingface": OPEN,
                    "why": f"{hub.endpoint} has a failure of its own (500). Try again later.",
                }
            ],
        },
    )


NAMES = {
    "example/one": ["example/one"],
    "assessments/example/one.yaml": ["example/one"],
    "example/zero": ["example/one"],
    "https://huggingface.co/Example/Zero": ["example/one"],
}


@pytest.mark.parametrize("name", NAMES)
def test_a_model_is_named_by_its_id_here_or_there(name: str, root: Path, hub: Hub) -> None:
    assessed(root, OPEN)
    assert [change.model for change in drift_of(root, name)[1].changes] == NAMES[name]


NO_NAMES = {
    "example/nowhere": "there is no model `example/nowhere`.",
    "example/two": "assessments/example/two.yaml names no repository with `huggingface:`.",
    "datasets/a/b": "there is no model `datasets/a/b`.",
    "x": "there is no model `x`.",
}


@pytest.mark.parametrize("name", NO_NAMES)
def test_what_is_no_model_of_the_board_is_refused(name: str, root: Path, hub: Hub) -> None:
    code, out, err = run(root, "draft", "--update", name)
    assert (code, out, NO_NAMES[name] in err, hub.paths) == (2, "", True, [])


def test_without_any_repository_no_request_is_made(root: Path, hub: Hub) -> None:
    edit(root / "assessments/example/one.yaml", "huggingface: Example/Zero\n", "")
    assert run(root, "draft", "--update") == (0, "No assessment names a repository on Hugging Face.\n", "")
    assert drift_of(root) == (0, Drift())
    assert hub.paths == []


def test_a_file_with_errors_is_not_compared_and_the_others_are(root: Path, hub: Hub) -> None:
    assessed(root, OPEN, ("level: semi-open", "level: sometimes"))
    code, drift = drift_of(root)
    assert [change.model for change in drift.changes] == ["example/one"]
    assert [(one.model, one.why) for one in drift.unasked] == [
        ("example/two", "Its file has errors; `openness-bot check` says which.")
    ]
    assert code == 1


def many(root: Path, hub: Hub, number: int) -> None:
    """Add so many models, all on the hub and unchanged."""
    info = recorded("open").info
    for each in range(number):
        hub.add(HubRepository(info | {"id": f"example/m{each}"}))
        text = (root / "assessments/example/two.yaml").read_text("utf-8")
        text = text.replace("Example Two", f"Example M{each}").replace(
            "modality:", f"huggingface: example/m{each}\nmodality:"
        )
        write(root, f"assessments/example/m{each}.yaml", text.replace("level: semi-open", "level: open"))


def test_one_failure_is_skipped_and_three_in_a_row_end_the_run(root: Path, hub: Hub) -> None:
    many(root, hub, 6)
    hub.faults = {"/api/models/example/m1": Answer(500)}
    _, drift = drift_of(root)
    assert [one.model for one in drift.unasked] == ["example/m1"]
    hub.faults = {f"/api/models/example/m{each}": Answer(500) for each in (0, 1, 3, 4)}
    code, drift = drift_of(root)
    assert (code, [one.model[-2:] for one in drift.unasked]) == (1, ["m0", "m1", "m3", "m4"])
    hub.faults = {f"/api/models/example/m{each}": Answer(500) for each in (1, 2, 3)}
    hub.paths.clear()
    _, drift = drift_of(root)
    assert [one.model[-2:] for one in drift.unasked] == ["m1", "m2", "m3", "m4", "m5", "ne"]
    assert drift.unasked[-1].why.startswith("It wasn't asked for any more, after this: ")
    assert "/api/models/example/m4" not in hub.paths


def test_a_429_stops_the_run(root: Path, hub: Hub) -> None:
    many(root, hub, 3)
    hub.faults = {"/api/models/example/m1": Answer(429)}
    _, drift = drift_of(root)
    assert [one.model[-2:] for one in drift.unasked] == ["m1", "m2", "ne"]
    assert "/api/models/example/m2" not in hub.paths


NO_HUB = {
    "nobody answers": None,
    "another server": Answer(200, b"<html>"),
    "no list": Answer(200, b"{}"),
    "nothing there": Answer(404),
    "a failure": Answer(503),
    "too often": Answer(429),
    "a token that isn't known": answer(401, "", "Invalid credentials in Authorization header"),
}


@pytest.mark.parametrize("case", NO_HUB)
def test_without_a_hub_no_model_is_called_deleted(
    case: str, root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = NO_HUB[case]
    if said is None:
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    else:
        hub.faults = {"/api/models": said}
    code, out, err = run(root, "draft", "--update", "--format", "json")
    drift = Drift.model_validate_json(out)
    assert (code, drift.changes, [one.model for one in drift.unasked]) == (1, (), ["example/one"])
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    assert len(hub.paths) <= 1
