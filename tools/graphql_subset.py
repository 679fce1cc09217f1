"""Cut GitHub's GraphQL schema to the types that the bot's queries use, for the tests' stand-in.

    npm pack @octokit/graphql-schema@15.26.1 && tar xzf octokit-graphql-schema-15.26.1.tgz
    python -m tools.graphql_subset package > tests/github/graphql-subset.graphql

Run it again when a query needs a type that isn't there yet.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
    parse,
    print_type,
    visit,
)

from bot.github.queries import EVERY_DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADER = """\
GitHub's GraphQL schema, cut to the types that the bot's queries use.

It is from `schema.graphql` of the npm package @octokit/graphql-schema 15.26.1, cut by `python -m tools.graphql_subset`:

1. Types that no query in `bot/github/queries.py` uses were left out, also from unions and from lists of interfaces.
2. Of each type that is left, the fields that are of such a type, or take an argument of one, were left out.
3. Descriptions were left out, and types are ordered by name. Nothing was added or changed.

The notice of the package:

"""


def cut(text: str, documents: Iterable[str]) -> str:
    """Return a schema without the types that the documents don't use."""
    schema = build_schema(text, assume_valid=True)
    kept = _used_types(schema, documents)
    types = [schema.type_map[name] for name in sorted(kept)]
    for each in types:
        _shrink(each, kept)
        _drop_descriptions(each)
    shown = (each for each in types if not is_specified_scalar_type(each) and not is_introspection_type(each))
    return "\n\n".join(map(print_type, shown)) + "\n"


def _used_types(schema: GraphQLSchema, documents: Iterable[str]) -> set[str]:
    """Return the names of the types of all fields, arguments and fragments, and of their inputs."""
    found: set[str] = set()
    info = TypeInfo(schema)

    class Collector(Visitor):
        def enter(self, *_: Any) -> None:
            found.update(get_named_type(each).name for each in (info.get_type(), info.get_parent_type()) if each)
            if field := info.get_field_def():
                found.update(_argument_types(field))

    for document in documents:
        visit(parse(document), TypeInfoVisitor(info, Collector()))
    waiting = list(found)
    while waiting:
        each = schema.type_map[waiting.pop()]
        fields = each.fields.values() if isinstance(each, GraphQLInputObjectType) else ()
        inner = {get_named_type(field.type).name for field in fields} - found
        found |= inner
        waiting += inner
    return found | {name for name, each in schema.type_map.items() if is_specified_scalar_type(each)}


def _argument_types(field: Any) -> Iterator[str]:
    return (get_named_type(argument.type).name for argument in field.args.values())


def _shrink(each: GraphQLNamedType, kept: set[str]) -> None:
    if isinstance(each, GraphQLUnionType):
        each.types = tuple(one for one in each.types if one.name in kept)
    if isinstance(each, (GraphQLObjectType, GraphQLInterfaceType)):
        each.interfaces = tuple(one for one in each.interfaces if one.name in kept)
        for name, field in list(each.fields.items()):
            if not kept.issuperset({get_named_type(field.type).name, *_argument_types(field)}):
                del each.fields[name]


def _drop_descriptions(each: Any) -> None:
    each.description = None
    for parts in ("fields", "args", "values"):
        inner = getattr(each, parts, None)
        for part in inner.values() if isinstance(inner, dict) else ():
            _drop_descriptions(part)


def main(arguments: list[str]) -> int:
    """Print the schema in the folder of the unpacked package, cut, with its notice."""
    if len(arguments) != 1:
        sys.stderr.write(__doc__ or "")
        return 2
    package = Path(arguments[0])
    header = HEADER + (package / "LICENSE.md").read_text("utf-8")
    comment = "\n".join(f"# {line}".rstrip() for line in header.rstrip().splitlines())
    sys.stdout.write(f"{comment}\n\n{cut((package / 'schema.graphql').read_text('utf-8'), EVERY_DOCUMENT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
