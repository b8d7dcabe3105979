"""Reads mcp/plugin.h as far as tests need it: its structs with their members,
its macros, and what the comments of functions promise. Knows only how that one
file is written."""

import pathlib
import re
from dataclasses import dataclass, field

TREE = pathlib.Path(__file__).resolve().parents[2]
HEADER = TREE / "include/mcp/plugin.h"

COMMENT = re.compile(r"/\*(.*?)\*/", re.S)


def plain(comment):
    """The words of a comment, on one line."""
    return re.sub(r"\s+", " ", re.sub(r"\n\s*\*", "\n", comment)).strip()


@dataclass
class Member:
    name: str
    declaration: str    # on one line, without ;
    comment: str        # what stands before it; or what follows it
    prototype: str      # of a function: as one would declare it; or ""
    end: int            # where its declaration ends in the header

    @property
    def is_function(self):
        return bool(self.prototype)

    @property
    def tags(self):
        """[call], [now] and the like."""
        return re.findall(r"\[(\w+)\]", self.comment.split(". ")[0])[:2]

    @property
    def errors(self):
        """The errno names that it says it returns."""
        found = re.search(r"Errors: (.*)", self.comment)
        return set(re.findall(r"-(E[A-Z0-9]+)", found[1])) if found else set()


@dataclass
class Struct:
    name: str
    comment: str
    end: int            # where its body ends in the header
    members: list = field(default_factory=list)


@dataclass
class Macro:
    name: str
    value: str
    has_arguments: bool


def split(text):
    """The declarations of a body, each with its comment and its end."""
    at, start, depth, before = 0, 0, 0, ""
    while at < len(text):
        comment = COMMENT.match(text, at)
        if comment and not text[start:at].strip():
            # A line of only --- is a heading.
            before, at = plain(comment[1]), comment.end()
            start = at
        elif comment:
            at = comment.end()
        elif text[at] == ";" and depth == 0:
            after = re.compile(r"[ \t]*/\*(.*?)\*/", re.S).match(text, at + 1)
            yield COMMENT.sub("", text[start:at]), \
                plain(after[1]) if after else before, at + 1
            at = start = after.end() if after else at + 1
            if not re.match(r"\n\t[a-z]", text[at:]):
                before = ""
        else:
            depth += {"(": 1, ")": -1}.get(text[at], 0)
            at += 1


def members(declaration, comment, end):
    """One, or with commas several."""
    declaration = re.sub(r"\s+", " ", declaration).strip()
    function = re.match(r"(.*?)\(\*(\w+)\) (\(.*\))(?: MCP_PRINTF.*)?$",
                        declaration)
    if function:
        yield Member(function[2], declaration, comment,
                     f"{function[1]}{function[2]} "
                     + re.sub(r" MCP_PRINTF .*", "", function[3]), end)
        return
    for part in declaration.split(","):
        name = re.search(r"(\w+)(?:\[\d+\])?$", part)[1]
        yield Member(name, declaration, comment, "", end)


class Header:
    def __init__(self, path=HEADER):
        self.path = pathlib.Path(path)
        self.text = self.path.read_text()
        self.structs = {}
        for found in re.finditer(
                r"(?:/\*((?:(?!\*/).)*)\*/\n)?struct (\w+) \{\n(.*?)\n\};",
                self.text, re.S):
            struct = Struct(found[2], plain(found[1] or ""), found.end(3))
            for declaration, comment, end in split(found[3]):
                struct.members += members(declaration, comment,
                                          found.start(3) + end)
            self.structs[struct.name] = struct
        self.macros = {
            name: Macro(name, value.split("/*")[0].strip(), bool(arguments))
            for name, arguments, value in re.findall(
                r"^#define (MCP_\w+)(\([^)]*\))?((?:.*\\\n)*.*)", self.text,
                re.M)}

    def errors_of(self, name):
        """What a function returns, "as OTHER" followed."""
        function = self.functions[name]
        errors = set(function.errors)
        for other in re.findall(r"Errors: as (\w+)", function.comment):
            errors |= self.errors_of(other)
        return errors

    @property
    def functions(self):
        """Those of the table, by name, in their order."""
        return {member.name: member
                for member in self.structs["mcp_host"].members
                if member.is_function}

    @property
    def constants(self):
        """Names of macros that are integers."""
        return [macro.name for macro in self.macros.values()
                if not macro.has_arguments
                and re.match(r"\(?-?(\d|UINT32_C|UINT64_MAX)", macro.value)]

    def without_growth(self, kept):
        """Its text without the members that each struct has behind those of
        an earlier header."""
        text = self.text
        for struct in sorted(self.structs.values(), key=lambda s: -s.end):
            if struct.name in kept.structs:
                last = kept.structs[struct.name].members[-1].name
                end = {m.name: m.end for m in struct.members}[last]
                text = text[:end] + text[struct.end:]
        return text

    def grown(self):
        """Its text as it may be one day: all that has a size has grown."""
        text = self.text
        for struct in sorted(self.structs.values(), key=lambda s: -s.end):
            if struct.name not in ("mcp_change", "mcp_abi_note"):
                text = text[:struct.end] \
                    + "\n\tconst char *grown_text;\n\tuint64_t grown;" \
                    + text[struct.end:]
        return text


if __name__ == "__main__":      # for make: the header as it may be one day
    print(Header().grown(), end="")
