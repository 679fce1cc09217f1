"""One request: its headers, how much of the answer is read, and its meaning."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from aiohttp import ClientError

from bot.sources.web.addresses import UnusableUrlError, parse_target
from bot.sources.web.decompression import DecompressionError, Decompressor, codings
from bot.sources.web.failures import describe_failure
from bot.sources.web.outcome import Declined, Fetched, Hop, NoAnswer, NotModified, Outcome, Trouble, usable_validator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import ClientResponse, ClientSession
    from yarl import URL

    from bot.sources.web.addresses import Reach
    from bot.sources.web.hosts import Download
    from bot.sources.web.politeness import Clock

_SMALL = 256 * 1024
"""Bytes that every page in flight may have; a larger one needs a permit, which limits the memory."""
_LARGE_AT_ONCE = 4
"""Permits for large pages."""
_HEAD = 16 * 1024
"""Bytes that are read of a page that is not used."""
_HEAD_SECONDS = 2.0
"""Most seconds for these bytes: the status alone says what the answer means."""


@dataclass(slots=True)
class PendingRequest:
    """One URL to request for a download."""

    download: Download
    url: URL
    largest: int
    """Most bytes of the body."""
    last: bool
    answered: bool = False
    """Whether the host sent anything."""


class Requester:
    """Sender of single requests; their order and frequency are decided in `visiting`."""

    def __init__(self, opened: ClientSession, reach: Reach, clock: Clock) -> None:
        self._session = opened
        self._reach = reach
        self._clock = clock
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def ask(self, asked: PendingRequest, held: AsyncExitStack) -> Outcome | Hop:
        """Return the server's answer, or a hop for a redirect. Close `held` when the data is no longer needed."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with (
                asyncio.timeout(asked.download.seconds) as limit,
                self._session.get(asked.url, headers=_headers(asked), allow_redirects=False) as response,
            ):
                return await self._read(asked, response, limit, held)
        except Exception as error:
            # No answer of a server may end a run over a thousand others.
            return NoAnswer(asked.download.hops, *describe_failure(error))
        finally:
            asked.download.seconds = max(asked.download.seconds - (loop.time() - began), 0.001)

    async def _read(
        self, asked: PendingRequest, response: ClientResponse, limit: asyncio.Timeout, held: AsyncExitStack
    ) -> Outcome | Hop:
        asked.answered = True
        hops, wanted, status = asked.download.hops, asked.download.wanted, response.status
        if status == 304 and not hops and (wanted.etag or wanted.last_modified):
            return NotModified(hops)
        if status in (301, 302, 303, 307, 308):
            await _head(response, asked.download.seconds)
            return self._hop(asked, response)
        by_header = _is_challenge_by_header(response)
        if 200 <= status < 300 and not by_header:
            data, whole = await self._body(response, asked.largest, limit, held)
            return Fetched(
                hops,
                _plain(response.headers.get("Content-Type", "")),
                data,
                whole and status != 206,
                usable_validator(response.headers.get("ETag")),
                usable_validator(response.headers.get("Last-Modified")),
            )
        head = await _head(response, asked.download.seconds)
        after = _retry_after(response.headers.get("Retry-After", ""), self._clock.now())
        challenge = by_header or (status in (401, 403, 405, 429, 503) and _MARKS.search(head) is not None)
        return Declined(hops, status, after, challenge)

    def _hop(self, asked: PendingRequest, response: ClientResponse) -> Hop | NoAnswer:
        place = response.headers.get("Location")
        if place is None:
            return NoAnswer(asked.download.hops, Trouble.REDIRECTS, "it redirects without an address")
        try:
            return Hop(response.status, str(parse_target(place, self._reach, asked.url)))
        except UnusableUrlError as error:
            return NoAnswer(asked.download.hops, error.trouble, error.words)

    async def _body(
        self, response: ClientResponse, largest: int, limit: asyncio.Timeout, held: AsyncExitStack
    ) -> tuple[bytes, bool]:
        """Return the data, and whether that is the whole body."""
        pieces: list[bytes] = []
        size, is_large = 0, False
        body = _Body(response, largest)
        async for chunk in response.content.iter_any():
            for piece in body.feed(chunk):
                pieces.append(piece)
                size += len(piece)
                if size > _SMALL and not is_large:
                    is_large = True
                    await self._permit(limit, held)
            if body.full:
                return b"".join(pieces)[:largest], False
        return b"".join(pieces), body.ended

    async def _permit(self, limit: asyncio.Timeout, held: AsyncExitStack) -> None:
        """Wait for a permit for a large page. The waiting does not count towards the time limit of the page."""
        loop = asyncio.get_running_loop()
        when, before = limit.when(), loop.time()
        limit.reschedule(None)
        await held.enter_async_context(self._large)
        if when is not None:
            limit.reschedule(when + loop.time() - before)


class _Body:
    """Decompressor of a body: returns at most `largest` bytes, and holds at most one piece more."""

    def __init__(self, response: ClientResponse, largest: int) -> None:
        header = ", ".join(response.headers.getall("Content-Encoding", ()))
        self._stages = [Decompressor(coding, largest) for coding in reversed(codings(header))]
        self._left = largest
        self._over = False

    def feed(self, data: bytes) -> Iterable[bytes]:
        """Yield the decompressed pieces of the next bytes."""
        for piece in self._through(0, data):
            if len(piece) > self._left:
                self._over = True
                yield piece[: self._left]
                return
            self._left -= len(piece)
            yield piece

    def _through(self, stage: int, data: bytes) -> Iterable[bytes]:
        if stage == len(self._stages):
            yield data
            return
        for piece in self._stages[stage].feed(data):
            yield from self._through(stage + 1, piece)

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self._over or any(stage.full for stage in self._stages)

    @property
    def ended(self) -> bool:
        """Whether the body is complete."""
        return not self.full and all(stage.ended for stage in self._stages)


def _headers(asked: PendingRequest) -> dict[str, str]:
    """Return the headers of a request; those of the known version only for the URL itself, not after a redirect."""
    wanted = asked.download.wanted
    known = {} if asked.download.hops else {"If-None-Match": wanted.etag, "If-Modified-Since": wanted.last_modified}
    headers = {name: usable for name, value in known.items() if (usable := usable_validator(value))}
    return headers | ({"Connection": "close"} if asked.last else {})


async def _head(response: ClientResponse, seconds: float) -> bytes:
    """Read the beginning of a page that is not used, to classify it and to free the connection; less if it is slow.

    `seconds` remain for the request. A body that breaks off changes nothing either.
    """
    raw = b""
    with suppress(TimeoutError, ClientError, OSError):
        async with asyncio.timeout(min(_HEAD_SECONDS, seconds / 2)):
            async for chunk in response.content.iter_any():
                raw += chunk
                if len(raw) > _HEAD:
                    break
    try:
        return b"".join(_Body(response, _HEAD).feed(raw))
    except DecompressionError:
        return b""


def _plain(value: str) -> str:
    """Return a header in printable ASCII; aiohttp decodes invalid UTF-8 to lone surrogates."""
    return re.sub(r"[^ -~]", "?", value[:200])


def _retry_after(value: str, now: float) -> float | None:
    """Return the seconds from now of a Retry-After: a number or a date (RFC 9110, section 10.2.3)."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", value, re.ASCII):
        return float(value)
    try:
        return max(parsedate_to_datetime(value).timestamp() - now, 0)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _is_challenge_by_header(response: ClientResponse) -> bool:
    cloudflare, amazon = (response.headers.get(name, "").lower() for name in ("cf-mitigated", "x-amzn-waf-action"))
    return cloudflare == "challenge" or amazon in ("challenge", "captcha")


_MARKS = re.compile(
    rb"just a moment\.\.\.|attention required! \| cloudflare|/cdn-cgi/challenge-platform|cf[-_]chl|"
    rb"g-recaptcha|recaptcha/api|hcaptcha\.com|h-captcha|captcha-delivery\.com|px-captcha|_incapsula_resource|"
    rb"awswaf|sec-if-cpt-container|ddos-guard|verify(?:ing)? (?:that )?you are (?:a )?human|not a (?:ro)?bot",
    re.IGNORECASE,
)
"""Of challenges, in the beginning of a page."""
