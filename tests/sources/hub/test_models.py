"""The tests' hub gives answers that the hub's own client accepts, so that tests against it hold for the real hub."""

from __future__ import annotations

import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import huggingface_hub
import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RemoteEntryNotFoundError, RepositoryNotFoundError

from bot.sources.hub.failure import HubError
from bot.sources.hub.models import check_hub
from tests.sources.hub.server import REPOSITORIES, Hub, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "hf_example"  # noqa: S105
RECORDED = sorted(folder.name for folder in REPOSITORIES.iterdir() if folder.is_dir())


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY", True)
    with Hub([]) as hub:
        hub.add(*(recorded(name) for name in RECORDED))
        yield hub
    huggingface_hub.close_session()


@pytest.mark.parametrize("name", RECORDED)
def test_the_client_reads_the_answers_of_the_api(name: str, hub: Hub) -> None:
    said = recorded(name).info
    info = HfApi(hub.endpoint).model_info(said["id"], files_metadata=True, token=TOKEN)
    assert (info.id, info.sha, info.gated, info.private) == (said["id"], said["sha"], said["gated"], False)
    assert [(each.rfilename, each.size) for each in info.siblings or []] == [
        (each["rfilename"], each["size"]) for each in said["siblings"]
    ]
    pinned = HfApi(hub.endpoint).model_info(said["id"], revision=said["sha"], token=False)
    assert pinned.sha == said["sha"]
    assert {each.size for each in pinned.siblings or []} <= {None}


def test_the_client_downloads_a_file_of_a_commit(hub: Hub, tmp_path: Path) -> None:
    found = recorded("open")
    place = Path(
        hf_hub_download(
            found.info["id"],
            "config.json",
            revision=found.info["sha"],
            endpoint=hub.endpoint,
            cache_dir=tmp_path,
            token=False,
        )
    )
    assert place.read_bytes() == found.files["config.json"]
    assert found.info["sha"] in place.parts


def test_the_client_understands_each_refusal(hub: Hub, tmp_path: Path) -> None:
    gated, bare = recorded("gated").info["id"], recorded("bare").info["id"]

    def download(name: str, file: str) -> str:
        return hf_hub_download(name, file, endpoint=hub.endpoint, cache_dir=tmp_path, token=TOKEN)

    with pytest.raises(GatedRepoError):
        download(gated, "config.json")
    with pytest.raises(RemoteEntryNotFoundError):
        download(bare, "config.json")
    with pytest.raises(RepositoryNotFoundError):
        HfApi(hub.endpoint).model_info("example-labs/nowhere", token=TOKEN)
    with pytest.raises(HfHubHTTPError, match="401"):
        HfApi(hub.endpoint).model_info("example-labs/nowhere", token=False)


def test_the_client_follows_to_a_new_name(hub: Hub) -> None:
    hub.renamed["example-labs/zero"] = "example-labs/open-one-7b"
    assert HfApi(hub.endpoint).model_info("example-labs/zero", token=False).id == "example-labs/open-one-7b"


def test_a_password_in_the_address_of_a_hub_is_not_printed() -> None:
    with pytest.raises(HubError) as caught:
        check_hub("http://example:secret@127.0.0.1:1")
    assert str(caught.value) == "http://127.0.0.1:1 can't be reached. Is there a network?"


class _Trickle(BaseHTTPRequestHandler):
    """Answers with a byte at a time, until nobody listens."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        with suppress(OSError):
            while not self.server.stopped.wait(0.01):  # type: ignore[attr-defined]
                self.wfile.write(b" ")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


def test_an_answer_that_trickles_ends_after_the_whole_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("bot.sources.hub.models.LONGEST_ANSWER", 0.05)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Trickle)
    server.daemon_threads = True
    server.stopped = threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        with pytest.raises(HubError, match="takes too long for its models"):
            check_hub(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.stopped.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()
        huggingface_hub.close_session()
