"""What a call says about labels, and what GitHub lets it do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.standin.asking import RefusedError

if TYPE_CHECKING:
    from tests.github.standin.asking import Ask


def names_in(body: Any) -> list[str]:
    """The names of the labels in the body of a call: a list, or an object with one."""
    listed = body if isinstance(body, list) else (body or {}).get("labels", [])
    return [label["name"] if isinstance(label, dict) else label for label in listed]


def may_create(ask: Ask, names: list[str]) -> None:
    """Since April 2025 labels that the repository doesn't have need more than the permission to give those it has.

    GitHub's description doesn't say so: https://github.com/actions/labeler/issues/870
    """
    new = [name for name in names if name.lower() not in ask.state.labels]
    if new and not (ask.token and ask.token.may("write", "issues")):
        message = "You do not have permission to create labels on this repository."
        raise RefusedError(403, message, {"resource": "Repository", "field": "label", "code": "unauthorized"})
