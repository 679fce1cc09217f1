"""Kinds of addresses, each at its boundaries."""

from __future__ import annotations

import pytest

from bot.sources.evidence.figures import AddressKind, address_kind

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://arxiv.org/abs/2401.00001v2", AddressKind.PAPER_VERSION),
        ("https://arxiv.org/pdf/2401.00001v12.pdf", AddressKind.PAPER_VERSION),
        ("https://www.arxiv.org/html/2401.00001v1#S3", AddressKind.PAPER_VERSION),
        ("https://arxiv.org/abs/2401.00001", AddressKind.PAPER),
        ("https://arxiv.org/list/cs.CL/recent", AddressKind.PAGE),
        (f"https://github.com/example/model/blob/{COMMIT}/README.md", AddressKind.FILE_AT_COMMIT),
        (f"https://huggingface.co/example/model/resolve/{COMMIT}/config.json", AddressKind.FILE_AT_COMMIT),
        ("https://github.com/example/model/blob/main/README.md", AddressKind.FILE),
        (f"https://github.com/example/model/tree/{COMMIT[:7]}/configs", AddressKind.FILE),
        ("https://github.com/example/model", AddressKind.REPOSITORY),
        ("https://huggingface.co/example/model/", AddressKind.REPOSITORY),
        ("https://huggingface.co/docs/hub/models-gated", AddressKind.PAGE),
        ("https://github.com/example", AddressKind.PAGE),
        ("https://example.org/Report.PDF", AddressKind.DOCUMENT),
        ("https://example.org/abs/2401.00001v2", AddressKind.PAGE),
    ],
)
def test_an_address_says_how_exactly_it_names_a_text(url: str, kind: AddressKind) -> None:
    assert address_kind(url) is kind
