"""`openness-bot candidates`: from a listing that was kept, or from a hub on loopback."""

from __future__ import annotations

import json
import stat
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import huggingface_hub
import pytest

from tests.checkouts import checkout, commit, edit, files, run, write
from tests.samples import ROOT
from tests.sources.hub.server import Answer, Hub, model, without_certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LISTING = ROOT / "tests/sources/hub/candidates.csv"
FROM = ("candidates", "--from", str(LISTING))
PAGE = "leaderboard/candidates.md"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with an assessment of one of the models of the listing."""
    root = checkout(tmp_path / "checkout")
    edit(root / "assessments/example/one.yaml", "modality:", "huggingface: Example/One-Chat\nmodality:")
    return root


# ---- from a file -----------------------------------------------------------------------------------------------------


def test_the_first_models_are_listed_with_what_is_assessed(root: Path) -> None:
    assert run(root, *FROM, "--top", "3") == (
        0,
        """\
  Rank  Model                 Child models    Likes    Downloads    Score  Assessment
------  ------------------  --------------  -------  -----------  -------  ------------
     1  example/one-chat                 2      300       90,000    2.792  example/one
     2  example/one                      3      120       50,000    2.782  none yet
     3  example-labs/three               0       40          700    1.166  none yet

The first 3 of 5 models for text generation that Hugging Face listed on 2026-11-20. One of them is assessed. Child models are \
the models of the listing that name this one as their base model.
""",
        "",
    )


def test_children_may_be_found_by_name_as_in_the_study(root: Path) -> None:
    named = json.loads(run(root, *FROM, "--by-name", "--format", "json").out)
    assert named["children"] == "name"
    assert {each["id"]: each["children"] for each in named["candidates"]} == {
        "example/one": 2,
        "example/one-chat": 1,
        "example/one-chat-GGUF": 0,
        "example-labs/three": 0,
        "example-labs/merge": 0,
    }


def test_json_has_everything(root: Path) -> None:
    document = json.loads(run(root, *FROM, "--top", "1", "--format", "json").out)
    assert document == {
        "format_version": "1.0.0",
        "models": 5,
        "listed": "2026-11-20",
        "children": "base_model",
        "candidates": [
            {
                "rank": 1,
                "id": "example/one-chat",
                "children": 2,
                "likes": 300,
                "downloads": 90000,
                "scores": {"children": 0.792481, "likes": 1.0, "downloads": 1.0},
                "score": 2.792481,
                "assessment": "example/one",
            }
        ],
    }


def test_the_text_of_an_issue_names_the_model_and_what_to_do(root: Path) -> None:
    code, out, err = run(root, *FROM, "--issue", "Example/one")
    assert (code, err) == (0, "")
    assert out.startswith("# Good first assessment: `example/one`\n\n")
    assert "has rank 2 by impact among 5 models for text generation that Hugging Face listed on 2026-11-20" in out
    assert "`openness-bot draft example/one`" in out
    assert "16 criteria" in out


ISSUES = {
    "example/one-chat": "Error: example/one-chat is assessed already, in assessments/example/one.yaml.",
    "example/ones": "Error: `example/ones` is not among the first 5 candidates; `--top` raises that number. Did you mean example/one?",
    "": "Error: `` is not among the first 5 candidates; `--top` raises that number.",
}


@pytest.mark.parametrize("hub_id", ISSUES)
def test_no_issue_is_written_for_what_is_assessed_or_not_there(hub_id: str, root: Path) -> None:
    code, out, err = run(root, *FROM, "--issue", hub_id)
    assert (code, out, err.splitlines()[-1]) == (2, "", ISSUES[hub_id])


WRONG = {
    (
        "--from",
        "a.csv",
        "--save",
        "b.csv",
    ): "`--save` saves what the hub lists, and `--from` reads what is saved already",
    ("--format", "json", "--issue", "example/one"): "`--format json`, `--write` and `--issue` all say what to print",
    ("--top", "0"): "0 is not in the range x>=1",
}


@pytest.mark.parametrize("arguments", WRONG)
def test_what_excludes_each_other_is_refused(arguments: tuple[str, ...], root: Path) -> None:
    code, out, err = run(root, "candidates", *arguments)
    assert (code, out, WRONG[arguments] in err) == (2, "", True)


BROKEN = {
    "id,likes,downloads,base_models,listed\n": "Error: the listing has no models, so there is nothing to choose from.",
    "id,likes\n": "Error: {}, line 1: this should be `id,likes,downloads,base_models,listed`, but is `id,likes`.",
    "id,likes,downloads,base_models,listed\n\x1b[31m,1,1,,2026-11-20\n": (
        "Error: {}, line 2: `\\u001b[31m` in the column `id` is no id of a model; write `organisation/name`."
    ),
    "id,likes,downloads,base_models,listed\nexample/\udcff,1,1,,2026-11-20\n": (
        "Error: {}, line 2: `example/\\udcff` in the column `id` is no id of a model; write `organisation/name`."
    ),
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_named_with_its_line_and_nothing_is_written(text: str, root: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    before = files(root)
    assert run(root, "candidates", "--from", str(file), "--write") == (1, "", f"{BROKEN[text]}\n".format(file))
    assert files(root) == before


def test_a_file_that_is_not_there_is_named(root: Path, tmp_path: Path) -> None:
    for name in ("nowhere.csv", "."):
        code, out, err = run(root, "candidates", "--from", str(tmp_path / name))
        assert (code, out) == (1, "")
        assert err.startswith(f"Error: {tmp_path / name} can't be read: ")


def test_a_repeated_model_is_reported(root: Path, tmp_path: Path) -> None:
    file = write(tmp_path, "twice.csv", LISTING.read_text("utf-8") + "example/ONE,1,1,,2026-11-20\n")
    assert run(root, "candidates", "--from", str(file)) == (
        0,
        run(root, *FROM).out,
        "One row names a model again. The first row of a model counts.\n",
    )


# ---- the page --------------------------------------------------------------------------------------------------------


def test_the_page_is_written_once_and_the_build_leaves_it_alone(root: Path) -> None:
    assert run(root, "build").code == 0
    assert run(root, *FROM, "--write") == (0, f"wrote {PAGE}\n", "")
    assert run(root, *FROM, "--write") == (0, f"{PAGE} is up to date\n", "")
    page = (root / PAGE).read_text("utf-8")
    assert "[example/one-chat](https://huggingface.co/example/one-chat)" in page
    assert "[example/one](models/example/one.md)" in page
    assert "listed on 2026-11-20. One of them is assessed." in page
    assert run(root, "build", "--check").code == 0
    assert run(root, "build").code == 0
    assert (root / PAGE).read_text("utf-8") == page


def test_no_page_is_written_through_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (root / "leaderboard").symlink_to(tmp_path / "elsewhere")
    code, _, err = run(root, *FROM, "--write")
    assert (code, "leaderboard is a symbolic link" in err) == (1, True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


# ---- from the hub ----------------------------------------------------------------------------------------------------

MODELS = [
    model("example/one", 120, 50000),
    model("example/one-chat", 300, 90000, "base_model:example/one", "base_model:finetune:example/one"),
    model("example/one-chat-GGUF", 10, 4000, "base_model:quantized:example/one-chat", "base_model:a b", "base_model:"),
    model("example-labs/three", 40, 700, "base_model:adapter:example/one"),
    model("example-labs/merge", None, 3, "base_model:merge:example/one", "base_model:merge:example/one-chat"),
]


def without_waiting(monkeypatch: pytest.MonkeyPatch, instead: Callable[[float], None]) -> None:
    """Record huggingface_hub's waiting times instead of waiting."""
    clock = SimpleNamespace(**vars(time) | {"sleep": instead})
    monkeypatch.setattr("huggingface_hub.utils._http.time", clock)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Start a hub that lists the models of `LISTING` on its day, two on a page."""
    monkeypatch.setattr("bot.cli.clock", lambda: datetime(2026, 11, 20, tzinfo=UTC))
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("HF_TOKEN", "hf_example")
    without_waiting(monkeypatch, lambda _: None)
    without_certificates(monkeypatch)
    huggingface_hub.close_session()
    with Hub([dict(each) for each in MODELS]) as hub:
        monkeypatch.setenv("HF_ENDPOINT", f"{hub.endpoint}/")
        yield hub
    huggingface_hub.close_session()


def test_the_hub_is_asked_page_by_page(root: Path, hub: Hub) -> None:
    assert run(root, "candidates", "--format", "json") == run(root, *FROM, "--format", "json")
    _, first, *others = hub.asked
    assert first == {
        "pipeline_tag": ["text-generation"],
        "sort": ["createdAt"],
        "expand": ["downloads", "likes", "tags"],
    }
    assert [each["cursor"] for each in others] == [["2"], ["4"]]
    assert set(hub.tokens) == {"Bearer hf_example"}


def test_a_listing_that_is_kept_gives_the_same_again(root: Path, hub: Hub, tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    asked = run(root, "candidates", "--save", str(kept))
    assert asked.err == f"saved the listing in {kept}\n"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o644
    before = len(hub.asked)
    assert run(root, "candidates", "--from", str(kept)) == (0, asked.out, "")
    assert len(hub.asked) == before
    assert kept.read_bytes() == LISTING.read_bytes()


UNUSABLE: dict[str, dict[str, Any]] = {
    "a negative count": {"likes": -1},
    "a count that is no number": {"downloads": "many"},
    "a count with a fraction": {"downloads": 1.5},
    "a count that is a truth value": {"likes": True},
    "an id that is none": {"id": "<b>no id</b>\n"},
    "an id that is no text": {"id": 7},
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_model_that_can_not_be_used_is_left_out_and_named(case: str, root: Path, hub: Hub) -> None:
    before = run(root, "candidates").out
    hub.models.insert(1, model("example/broken") | UNUSABLE[case])
    code, out, err = run(root, "candidates")
    assert (code, out) == (0, before)
    assert err.startswith("One model is left out, because its id or its counts can't be used: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("tags", [None, "base_model:example/one", [None, 3, "base_model:"], {"a": 1}])
def test_tags_may_be_anything(tags: object, root: Path, hub: Hub) -> None:
    hub.models.append(model("example/odd") | {"tags": tags})
    assert json.loads(run(root, "candidates", "--format", "json").out)["models"] == 6


FAULTS = {
    "no such address": (Answer(404), "{} lists no models (404). Is there a hub at this address?"),
    "a token that isn't known": (Answer(401), "{} refuses the token (401). Set HF_TOKEN to a valid one, or unset it"),
    "a token that may not": (Answer(403), "{} refuses the token (403). Set HF_TOKEN to a valid one, or unset it"),
    "too many requests": (Answer(429), "{} was asked too often (429). Wait some minutes"),
    "a failure": (Answer(500), "{} has a failure of its own (500). Try again later."),
    "too much to do": (Answer(503), "{} has a failure of its own (503). Try again later."),
    "wrong request": (Answer(400), "{} refuses to list its models (400)."),
    "broken JSON": (Answer(200, b'[{"id": "example/'), "the answer of {} isn't understood (JSONDecodeError)."),
    "a page for people": (Answer(200, b"<html>"), "the answer of {} isn't understood (JSONDecodeError)."),
    "no list": (Answer(200, b'{"error": "no"}'), "the answer of {} isn't understood (TypeError)."),
    "a list of something else": (Answer(200, b"[1]"), "the answer of {} isn't understood (TypeError)."),
    "models without ids": (Answer(200, b'[{"likes": 1}]'), "the answer of {} isn't understood (KeyError)."),
}


@pytest.mark.parametrize("page", [0, 1], ids=["at once", "on a further page"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_failure_is_one_line_and_no_file_is_saved(
    fault: str, page: int, root: Path, hub: Hub, tmp_path: Path
) -> None:
    hub.fault, words = FAULTS[fault]
    hub.fault_from = page
    before = files(tmp_path)
    code, out, err = run(root, "candidates", "--save", str(tmp_path / "kept.csv"), "--write")
    assert (code, out) == (1, "")
    lines = [line for line in err.splitlines() if line.startswith("Error: ")]
    assert len(lines) == 1
    assert lines[0].startswith(f"Error: {words.format(hub.endpoint)}")
    assert lines[0].endswith("A listing that was saved can be read with `--from`.")
    assert "Traceback" not in err
    assert files(tmp_path) == before
    if hub.fault.status >= 400 and page == 0:
        assert len(hub.asked) == 1


def test_a_fault_that_passes_is_waited_for(root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.fault, hub.fault_from = Answer(503), 1

    def mended(_: float) -> None:
        hub.fault = None

    without_waiting(monkeypatch, mended)
    assert json.loads(run(root, "candidates", "--format", "json").out)["models"] == 5


UNREACHABLE = {
    "http://127.0.0.1:1": "http://127.0.0.1:1 can't be reached. Is there a network?",
    "hub.example.org": "hub.example.org is no address of a hub. Set HF_ENDPOINT to one that begins with https://",
    "ftp://hub.example.org": "ftp://hub.example.org is no address of a hub.",
    "http://[::1": "http://[::1 is no address of a hub.",
}


@pytest.mark.parametrize("endpoint", UNREACHABLE)
def test_an_unreachable_hub_is_reported_at_once(
    endpoint: str, root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def waits(_: float) -> None:
        pytest.fail("somebody waits")

    without_waiting(monkeypatch, waits)
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    code, out, err = run(root, "candidates")
    assert (code, out) == (1, "")
    assert err.startswith(f"Error: {UNREACHABLE[endpoint]}")
    assert err.count("\n") == 1


def test_offline_is_offline(root: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    code, out, err = run(root, "candidates")
    assert (code, out, hub.asked) == (1, "", [])
    assert err.startswith("Error: HF_HUB_OFFLINE is set, so the hub isn't asked. Unset it.")


@pytest.mark.parametrize("place", ["nowhere/kept.csv", "."])
def test_an_unwritable_place_is_reported_before_any_request(place: str, root: Path, hub: Hub, tmp_path: Path) -> None:
    code, out, err = run(root, "candidates", "--save", str(tmp_path / place))
    assert (code in (1, 2), out, hub.asked) == (True, "", [])
    assert "can't be written" in err or "is a directory" in err


def test_files_of_the_checkout_do_not_change(root: Path, hub: Hub) -> None:
    commit(root)
    before = files(root)
    assert run(root, "candidates").code == 0
    assert files(root) == before
