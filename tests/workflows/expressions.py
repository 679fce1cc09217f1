"""The part of GitHub's expressions that our workflows use, evaluated; whatever else is met is an error, never a guess.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Value = str | float | bool | None | dict[str, Any] | list[Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+)|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)"
    r"|(?P<sign>&&|\|\||==|!=|[!(),]))"
)
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None}


class UnknownExpression(Exception):  # noqa: N818
    """An expression that this evaluator doesn't know."""


class _Token(NamedTuple):
    kind: str
    text: str


def interpolate(text: str, context: Mapping[str, Any]) -> str:
    """A text with every `${{ … }}` replaced by its value."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: as_text(evaluate(found[1], context)), text, flags=re.DOTALL)


def is_met(condition: str | None, context: Mapping[str, Any]) -> bool:
    """Whether an `if:` holds, which may have `${{ }}` around it or not. Without one it does."""
    if condition is None:
        return True
    inner = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", condition, re.DOTALL)
    return is_true(evaluate(inner[1] if inner else condition, context))


def asks_for_the_status(condition: str | None) -> bool:
    """Whether an `if:` says itself what becomes of it when something before it has failed."""
    return condition is not None and re.search(r"\b(?:cancelled|always|failure|success)\(", condition) is not None


def evaluate(expression: str, context: Mapping[str, Any]) -> Value:
    """The value of an expression. Raises UnknownExpression for what isn't known here."""
    parser = _Parser(_tokens(expression), context)
    value = parser.either()
    if parser.tokens:
        raise UnknownExpression(f"{parser.tokens[0].text} in {expression}")
    return value


def is_true(value: Value) -> bool:
    """Only false, 0, the empty text and null are false."""
    return value not in (False, 0, "", None)


def as_text(value: Value) -> str:
    """How a value is written into a text."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case str():
            return value
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case _:
            raise UnknownExpression(f"the text of {value!r}")


def _tokens(expression: str) -> list[_Token]:
    found, position = [], 0
    end = len(expression.rstrip())
    while position < end:
        match = _TOKEN.match(expression, position)
        if match is None or match.lastgroup is None:
            raise UnknownExpression(expression[position:])
        found.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[_Token], context: Mapping[str, Any]) -> None:
        self.tokens = tokens
        self.context = context

    def either(self) -> Value:
        value = self.both()
        while self._takes("||"):
            other = self.both()
            value = value if is_true(value) else other
        return value

    def both(self) -> Value:
        value = self.equality()
        while self._takes("&&"):
            other = self.equality()
            value = other if is_true(value) else value
        return value

    def equality(self) -> Value:
        value = self.single()
        if self._takes("=="):
            return _equal(value, self.single())
        if self._takes("!="):
            return not _equal(value, self.single())
        return value

    def single(self) -> Value:
        if self._takes("!"):
            return not is_true(self.single())
        if self._takes("("):
            value = self.either()
            self._must_take(")")
            return value
        if not self.tokens:
            raise UnknownExpression("an expression that ends too early")
        token = self.tokens.pop(0)
        match token.kind:
            case "text":
                return token.text[1:-1].replace("''", "'")
            case "number":
                return int(token.text)
            case "name" if token.text in _WORDS:
                return _WORDS[token.text]
            case "name" if self._takes("("):
                return self._call(token.text)
            case "name":
                return self._look_up(token.text)
            case _:
                raise UnknownExpression(token.text)

    def _call(self, name: str) -> Value:
        arguments = []
        if not self._takes(")"):
            arguments.append(self.either())
            while self._takes(","):
                arguments.append(self.either())
            self._must_take(")")
        if name not in _FUNCTIONS:
            raise UnknownExpression(f"{name}()")
        return _FUNCTIONS[name](*arguments)

    def _look_up(self, path: str) -> Value:
        """What is missing from an event is null; what is missing elsewhere isn't known here."""
        root, *names = path.split(".")
        value: Any = {root: self.context[root]} if root in self.context else {}
        in_event = False
        for name in (root, *names):
            if not in_event and (not isinstance(value, dict) or name not in value):
                raise UnknownExpression(path)
            value = value.get(name) if isinstance(value, dict) else None
            in_event = in_event or name == "event"
        found: Value = value
        return found

    def _takes(self, sign: str) -> bool:
        if self.tokens and self.tokens[0] == ("sign", sign):
            self.tokens.pop(0)
            return True
        return False

    def _must_take(self, sign: str) -> None:
        if not self._takes(sign):
            raise UnknownExpression(f"an expression without its {sign}")


def _equal(left: Value, right: Value) -> bool:
    match left, right:
        case str(), str():
            return left.lower() == right.lower()
        case (None, str()) | (str(), None):
            return not (left or right)
        case _ if type(left) is type(right) and not isinstance(left, (dict, list)):
            return left == right
        case _:
            raise UnknownExpression(f"{left!r} == {right!r}")


def _contains(text: Value, part: Value) -> bool:
    return as_text(part).lower() in as_text(text).lower()


def _not_cancelled() -> Value:
    """Nobody presses *Cancel* here."""
    return False


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "contains": _contains,
    "fromJSON": lambda text: json.loads(as_text(text)),
    "cancelled": _not_cancelled,
}
