"""The one border to the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.github.settings import GITHUB_ACTIONS_BOT, SettingsError, read_settings

TOKEN = "example-token-0123456789"  # noqa: S105 (nobody's)
LEAST = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "example/openness"}
IN_ACTIONS = LEAST | {
    "GITHUB_ACTIONS": "true",
    "GITHUB_API_URL": "https://github.example.org/api/v3/",
    "GITHUB_SERVER_URL": "https://github.example.org",
    "GITHUB_RUN_ID": "123",
    "GITHUB_STEP_SUMMARY": "summary.md",
    "GITHUB_OUTPUT": "output",
    "OPENNESS_BOT_ID": "456",
}


def test_token_and_repository_are_enough() -> None:
    settings = read_settings(LEAST)
    assert (settings.token, settings.repository) == (TOKEN, "example/openness")
    assert (settings.api_url, settings.server_url) == ("https://api.github.com", "https://github.com")
    assert (settings.run_url, settings.summary_file, settings.output_file) == (None, None, None)
    assert settings.bot_id == GITHUB_ACTIONS_BOT


def test_inside_of_actions_the_run_is_known() -> None:
    settings = read_settings(IN_ACTIONS)
    assert settings.api_url == "https://github.example.org/api/v3"
    assert settings.run_url == "https://github.example.org/example/openness/actions/runs/123"
    assert (settings.summary_file, settings.output_file) == (Path("summary.md"), Path("output"))
    assert settings.bot_id == 456


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(read_settings(LEAST))
    assert TOKEN not in str(read_settings(LEAST))


@pytest.mark.parametrize("url", ["http://127.0.0.1:8123", "http://localhost", "http://[::1]:8123/api"])
def test_plain_http_is_for_this_machine_only(url: str) -> None:
    assert read_settings(LEAST | {"GITHUB_API_URL": url}).api_url == url


WRONG = [
    ("GITHUB_TOKEN", "", "GITHUB_TOKEN is not set"),
    ("GITHUB_TOKEN", " \n", "GITHUB_TOKEN is not set"),
    ("GITHUB_TOKEN", f"{TOKEN}\nX-Header: 1", "GITHUB_TOKEN holds characters"),
    ("GITHUB_TOKEN", f"{TOKEN}é", "GITHUB_TOKEN holds characters"),
    ("GITHUB_REPOSITORY", "", "GITHUB_REPOSITORY is not set"),
    *(
        ("GITHUB_REPOSITORY", name, "GITHUB_REPOSITORY is .* `owner/name`")
        for name in ("example", "a/b/c", "a/..", "a/.", "a/b?c", "a/b\n", "../b", "a/", "/b", "a b/c", "a/é")
    ),
    *(
        (variable, url, f"{variable} is no address")
        for variable in ("GITHUB_API_URL", "GITHUB_SERVER_URL")
        for url in (
            "http://example.org", "http://127.0.0.1.example.org", "ftp://example.org", "example.org", "https://", "https://:1",
            "https://a:b@example.org", "https://example.org?x=1", "https://example.org#x", "https://example.org:x",
            "https://[", "https://exa mple.org", "file:///etc/hosts", "https://example.org\n",
        )
    ),
    *(("OPENNESS_BOT_ID", text, "OPENNESS_BOT_ID is .* no account's id") for text in ("0", "-1", "x", "1.0", "²", "1" * 20)),
]  # fmt: skip


@pytest.mark.parametrize(("variable", "value", "words"), WRONG)
def test_a_wrong_setting_is_reported_with_a_remedy_and_without_the_token(variable: str, value: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as refused:
        read_settings(LEAST | {variable: value})
    assert TOKEN not in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("run", ["", "x", "../../settings", "1 2"])
def test_what_is_no_run_has_no_page(run: str) -> None:
    assert read_settings(LEAST | {"GITHUB_RUN_ID": run}).run_url is None
