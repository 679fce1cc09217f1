"""The labels in a call, and the permissions that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.standin.asking import RefusedError

if TYPE_CHECKING:
    from tests.github.standin.asking import Ask


def names_in(body: Any) -> list[str]:
    """Return the names of the labels in the body of a call: a list, or an object with one."""
    listed = body if isinstance(body, list) else (body or {}).get("labels", [])
    return [label["name"] if isinstance(label, dict) else label for label in listed]


def may_create(ask: Ask, names: list[str]) -> None:
    """Refuse new labels without the permission for them: since April 2025 the one to give labels doesn't suffice.

    GitHub's description doesn't say so: https://github.com/actions/labeler/issues/870
    """
    new = [name for name in names if name.lower() not in ask.state.labels]
    if new and not (ask.token and ask.token.may("write", "issues")):
        message = "You do not have permission to create labels on this repository."
        raise RefusedError(403, message, {"resource": "Repository", "field": "label", "code": "unauthorized"})
