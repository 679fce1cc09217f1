"""Settings of a run from its environment, which nothing else reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

GITHUB_ACTIONS_BOT = 41898282
"""The id of github-actions[bot], which a workflow's own token writes as."""

# Owners of Enterprise Managed Users have an underscore: https://docs.github.com/en/enterprise-cloud@latest/admin/concepts/identity-and-access-management/enterprise-managed-users
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_ID = re.compile(r"[1-9][0-9]{0,18}")
_TOKEN = re.compile(r"[!-~]+")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SettingsError(Exception):
    """Something is missing or wrong in the environment; the message is for people."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Repository, addresses and account of a run."""

    token: str = field(repr=False)
    repository: str
    """`owner/name`."""
    api_url: str
    """Without a slash at its end, like `server_url`."""
    server_url: str
    run_url: str | None
    """The page of the run, which the status links to; None outside of GitHub Actions."""
    summary_file: Path | None
    """The file that GitHub shows on the page of the run."""
    bot_id: int
    """The id of the account that the token writes as."""
    output_file: Path | None = None
    """The file in which GitHub takes the outputs of a step."""


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings from environment variables. Raises SettingsError, which never quotes the token."""
    repository = _repository(environ)
    server_url = _address(environ, "GITHUB_SERVER_URL", "https://github.com")
    run = environ.get("GITHUB_RUN_ID", "")
    summary, output = environ.get("GITHUB_STEP_SUMMARY"), environ.get("GITHUB_OUTPUT")
    return Settings(
        token=_token(environ),
        repository=repository,
        api_url=_address(environ, "GITHUB_API_URL", "https://api.github.com"),
        server_url=server_url,
        run_url=f"{server_url}/{repository}/actions/runs/{run}" if _ID.fullmatch(run) else None,
        summary_file=Path(summary) if summary else None,
        bot_id=_bot_id(environ),
        output_file=Path(output) if output else None,
    )


def _token(environ: Mapping[str, str]) -> str:
    token = environ.get("GITHUB_TOKEN", "").strip()
    if not token:
        raise SettingsError(
            "GITHUB_TOKEN is not set. In a workflow pass `GITHUB_TOKEN: ${{ github.token }}` as an environment variable; "
            "elsewhere a token that may read the repository."
        )
    # A header of a request takes no other characters, and the error about that would quote the token.
    if not _TOKEN.fullmatch(token):
        raise SettingsError("GITHUB_TOKEN holds characters that no token has. Copy it again, without spaces or breaks.")
    return token


def _repository(environ: Mapping[str, str]) -> str:
    repository = environ.get("GITHUB_REPOSITORY", "")
    if not repository:
        raise SettingsError("GITHUB_REPOSITORY is not set. Set it to the repository's `owner/name`.")
    if not _REPOSITORY.fullmatch(repository):
        raise SettingsError(
            f"GITHUB_REPOSITORY is {repository!a}, which is no `owner/name`. Set it to the repository's."
        )
    return repository


def _address(environ: Mapping[str, str], name: str, otherwise: str) -> str:
    url = environ.get(name) or otherwise
    wrong = SettingsError(
        f"{name} is no address that the token may be sent to. It was expected to begin with https://."
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise wrong from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_safe or not parts.hostname or port == 0 or "@" in parts.netloc or parts.query or parts.fragment:
        raise wrong
    if not re.fullmatch(r"[!-~]+", url):
        raise wrong
    return url.rstrip("/")


def _bot_id(environ: Mapping[str, str]) -> int:
    text = environ.get("OPENNESS_BOT_ID") or str(GITHUB_ACTIONS_BOT)
    if not _ID.fullmatch(text):
        raise SettingsError(
            f"OPENNESS_BOT_ID is {text!a}, which is no account's id. Set it to the number of the account that the token "
            "writes as (`id` in the answer of https://api.github.com/users/NAME), or leave it out for github-actions[bot]."
        )
    return int(text)
