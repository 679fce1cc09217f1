"""git over HTTP, by git's own server program. Anybody may fetch; pushing needs a token that may write contents."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.github.standin.calls import Call, Reply
from tests.github.standin.repository import git_environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.github.standin.standin import StandIn
    from tests.github.standin.state import Token

_PUSH = "git-receive-pack"
_TEXT = {"Content-Type": "text/plain"}


def git_reply(
    standin: StandIn, name: str, rest: str, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> Reply:
    """Answer a call of `git` to `/OWNER/REPO.git`, and record it in `git_calls`."""
    query = urlsplit(target).query
    pushes = _PUSH in rest or _PUSH in query
    token = _token(standin, headers.get("Authorization", ""))
    if name.lower() != standin.state.repo.full_name.lower():
        reply = Reply(404, b"Repository not found.", _TEXT)
    elif pushes and token is None:
        reply = Reply(401, b"Invalid credentials.", _TEXT | {"WWW-Authenticate": 'Basic realm="GitHub"'})
    elif pushes and token is not None and not token.may("write", "contents"):
        whose = f"Permission to {standin.state.repo.full_name}.git denied to {token.user.login}."
        reply = Reply(403, whose.encode(), _TEXT)
    else:
        reply = _by_git(standin, rest, method, query, headers, body, token)
        if method == "POST" and pushes:
            standin.follow_branches(token.user if token else None)
    login = token.user.login if token else None
    standin.git_calls.append(Call(method, urlsplit(target).path, {"query": query}, None, login, reply.status))
    return reply


def _token(standin: StandIn, sent: str) -> Token | None:
    """Return the token in `Authorization: basic`, with `x-access-token` or anything else as user."""
    kind, _, encoded = sent.partition(" ")
    try:
        return standin.tokens.get(b64decode(encoded).decode().rpartition(":")[2]) if kind.lower() == "basic" else None
    except (NotBase64, UnicodeDecodeError):
        return None


def _by_git(
    standin: StandIn, rest: str, method: str, query: str, headers: Mapping[str, str], body: bytes, token: Token | None
) -> Reply:
    """Run `git http-backend`, whose answer has the headers of a CGI program: the status is one of them."""
    environment = {
        "GIT_PROJECT_ROOT": str(standin.git.path),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": rest,
        "QUERY_STRING": query,
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        "HTTP_GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        "REMOTE_USER": token.user.login if token else "",
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(
        ["git", "http-backend"], input=body, env=git_environment(environment), capture_output=True, check=False
    )
    head, _, answer = done.stdout.partition(b"\r\n\r\n")
    fields = dict(line.split(": ", 1) for line in head.decode("latin-1").split("\r\n") if line)
    status = int(fields.pop("Status", "200").split()[0]) if done.returncode == 0 or fields else 500
    return Reply(status, answer, fields)
