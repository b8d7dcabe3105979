#!/usr/bin/python3
"""The rules of this code base that a machine can check, and its lengths.

`make check-style` prints medians, 90th percentiles and the longest, then
every finding as FILE:LINE: what. Each rule is one function that takes a Tree
and yields findings; RULES lists them. Knows nothing of C beyond its text.
"""

import pathlib
import re
import statistics
import sys
from dataclasses import dataclass

FILE_LINES = 450
# Longer for a reason, which is the value.
LONG_FILES = {"include/mcp/plugin.h": "a plugin has one header"}
FUNCTION_LINES = 100
FUNCTION_LINES_WITHOUT_REASON = 60
COLUMNS = 100

SOURCE_FOLDERS = ["core", "plugins", "client"]
# Where each layer of core/ stands; an include points to a smaller number or
# into its own layer. Files of core/ itself are the root.
LAYERS = {"base": 0, "json": 1, "store": 2, "plugin": 3, "mcp": 4,
          "http": 5, "link": 5, "kit": 5, "": 6}
# Libraries that only some folders know.
LIBRARIES = {"microhttpd.h": ["core/http"], "ltdl.h": ["core/plugin"],
             "sodium.h": ["core/base"], "curl/": ["client"],
             "pcre2.h": ["core/json"], "uriparser/": ["core/json"],
             "uv.h": ["core"], "sqlite3.h": ["core/store"], "pcre2.h": ["core/json"],
             "uriparser/": ["core/json"]}
BANNED = ["strcpy", "strcat", "sprintf", "vsprintf", "gets", "strtok", "atoi",
          "system", "popen"]
# Written in two pieces, so that this file does not find itself.
LEFTOVERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")
PATHS = re.compile(r"(?<![\w.])/(wo" r"rk|tmp/w" r"t)/")


@dataclass
class Function:
    path: str
    name: str
    line: int
    length: int
    text: str


class Tree:
    """The text files of a source tree, read once."""

    FOLDERS = ["client", "core", "doc", "include", "kit", "plugins",
               "tests"]
    KINDS = {".c", ".h", ".cc", ".py", ".sh", ".md", ".inc", ".m4", ".in",
             ".ini", ".map", ".1", ".3", ".7"}
    SINGLE = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "NEWS",
              "Makefile.am", "configure.ac", "bootstrap", ".ci/run",
              "tests/run-pytest"]

    def __init__(self, root):
        self.root = pathlib.Path(root)
        paths = [path for folder in self.FOLDERS
                 for path in sorted((self.root / folder).rglob("*"))
                 if path.suffix in self.KINDS]
        paths += [self.root / name for name in self.SINGLE]
        self.files = {
            path.relative_to(self.root).as_posix():
            path.read_text(errors="replace")
            for path in paths if path.is_file()}

    def sources(self, *folders, suffixes=(".c", ".h")):
        """(name, text) of the C files below the folders."""
        for name, text in self.files.items():
            if (name.split("/")[0] in (folders or SOURCE_FOLDERS)
                    and pathlib.PurePath(name).suffix in suffixes):
                yield name, text

    def functions(self, folder):
        """Definitions: `name (` at the start of a line, to `}` there."""
        for name, text in self.sources(folder, suffixes=(".c",)):
            lines = text.split("\n")
            start = None
            for number, line in enumerate(lines):
                match = re.match(r"(\w+) \(", line)
                if match and not line.rstrip().endswith(";"):
                    start, function = number, match[1]
                elif line == "}" and start is not None:
                    yield Function(name, function, start + 1,
                                   number - start + 1,
                                   "\n".join(lines[start:number + 1]))
                    start = None


def code_of(text):
    """The text with comments, strings and character constants blanked, line
    for line."""
    pattern = r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match[0]), text,
                  flags=re.S)


def each_line(files, pattern, message):
    for name, text in files:
        for number, line in enumerate(text.split("\n"), 1):
            match = re.search(pattern, line)
            if match:
                yield f"{name}:{number}: {message}: {match[0].strip()}"


def no_file_is_too_long(tree):
    for name, text in tree.sources(*SOURCE_FOLDERS, "include"):
        lines = text.count("\n")
        if lines > FILE_LINES and name not in LONG_FILES:
            yield (f"{name}:{lines}: {lines} lines, above {FILE_LINES}; "
                   "perhaps two ideas")


def no_function_is_too_long(tree):
    for folder in SOURCE_FOLDERS:
        for function in tree.functions(folder):
            where = f"{function.path}:{function.line}: {function.name}"
            if function.length > FUNCTION_LINES:
                yield (f"{where}: {function.length} lines, above "
                       f"{FUNCTION_LINES}")
            elif (function.length > FUNCTION_LINES_WITHOUT_REASON
                  and "/* long: " not in function.text):
                yield (f"{where}: {function.length} lines, above "
                       f"{FUNCTION_LINES_WITHOUT_REASON} without a comment "
                       "/* long: reason */")


def no_line_is_too_long(tree):
    for name, text in tree.files.items():
        if pathlib.PurePath(name).suffix not in (".c", ".h", ".py", ".sh"):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            columns = len(line.expandtabs(8))
            if columns > COLUMNS:
                yield f"{name}:{number}: {columns} columns, above {COLUMNS}"


def no_banned_function_is_called(tree):
    pattern = r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\("
    files = ((name, code_of(text)) for name, text in tree.sources())
    yield from each_line(files, pattern, "banned call")


def every_public_function_has_a_comment(tree):
    """A paragraph of a header that declares functions has a comment, or
    comes right after one."""
    prototype = re.compile(r"^(?!#|typedef|static)[a-z][\w \t]*[ *](\w+) \(",
                           re.M)
    for name, text in tree.sources("include", "core", suffixes=(".h",)):
        line, before = 1, ""
        for paragraph in re.split(r"(?<=\n)\n", text):
            match = prototype.search(paragraph)
            is_told = "/*" in paragraph or before.rstrip().endswith("*/")
            if match and not is_told:
                at = line + paragraph[:match.start()].count("\n")
                yield f"{name}:{at}: {match[1]} has no comment"
            line += paragraph.count("\n") + 1
            before = paragraph


def every_source_begins_with_its_purpose(tree):
    for name, text in tree.sources(*SOURCE_FOLDERS, "include", "tests"):
        if not text.startswith("/*"):
            yield f"{name}:1: does not begin with a comment that says what for"


def nothing_is_left_over(tree):
    yield from each_line(tree.files.items(), LEFTOVERS, "left over")


def no_line_ends_in_space(tree):
    yield from each_line(tree.files.items(), r"[ \t]+$",
                         "space at the end of the line")


def no_path_of_one_machine(tree):
    yield from each_line(tree.files.items(), PATHS, "path of one machine")


def includes_point_left(tree):
    """Between the layers of core/, and between core/ and the rest."""
    for name, text in tree.sources():
        for number, line in enumerate(text.split("\n"), 1):
            match = re.match(r'#\s*include ["<]([^">]+)[">]', line)
            reason = match and include_fault(name, match[1], line, tree)
            if reason:
                yield f"{name}:{number}: {line.strip()}: {reason}"


def include_fault(name, included, line, tree):
    """Why the file name must not include this, or None."""
    for library, folders in LIBRARIES.items():
        if included.startswith(library) and not name.startswith(
                tuple(f"{folder}/" for folder in folders)):
            return f"only {', '.join(folders)} knows this library"
    folder = name.rsplit("/", 1)[0]
    is_core = f"core/{included}" in tree.files
    if f"{folder}/{included}" in tree.files and '"' in line:
        return None                     # its own folder
    if not name.startswith("core/"):
        return "does not know core/" if is_core else None
    if included == "mcp/plugin.h":
        layer = "plugin"
    elif is_core:
        layer = included.split("/")[0] if "/" in included else ""
    else:
        return None
    mine = folder[len("core/"):].split("/")[0]
    if layer != mine and LAYERS[layer] >= LAYERS[mine]:
        return (f"{mine or 'core/'} must not know {layer or 'core/'}")
    return None


def every_lock_is_in_the_list(tree):
    """doc/architecture.md has one list of locks, with their order."""
    known = tree.files.get("doc/architecture.md", "").partition("## Locks")[2]
    for name, text in tree.sources("core"):
        for number, line in enumerate(code_of(text).split("\n"), 1):
            match = re.match(r"\s*(?:static )?(?:uv|pthread)_(?:mutex|rwlock)"
                             r"_t (\w+)", line)
            if match and f"`{name}`" not in known:
                yield (f"{name}:{number}: the lock {match[1]} is not in the "
                       "list of doc/architecture.md")


RULES = [no_file_is_too_long, no_function_is_too_long, no_line_is_too_long,
         no_banned_function_is_called, every_public_function_has_a_comment,
         every_source_begins_with_its_purpose, nothing_is_left_over,
         no_line_ends_in_space, no_path_of_one_machine, includes_point_left,
         every_lock_is_in_the_list]


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def print_lengths(what, lengths):
    """lengths: list of (lines, name)."""
    for folder, rows in lengths.items():
        if not rows:
            continue
        values = [lines for lines, _ in rows]
        longest, name = max(rows)
        print(f"{what:10} {folder + '/':10} {len(rows):5} "
              f"{statistics.median(values):7.0f} {percentile(values, 90):5} "
              f"{longest:8}  {name}")


def print_report(tree):
    print(f"{'lines of':10} {'in':10} {'count':>5} {'median':>7} {'p90':>5} "
          f"{'longest':>8}")
    print_lengths("files", {folder: [(text.count("\n"), name) for name, text
                                     in tree.sources(folder)]
                            for folder in SOURCE_FOLDERS})
    print_lengths("functions", {folder: [
        (function.length, f"{function.path}:{function.line} {function.name}")
        for function in tree.functions(folder)] for folder in SOURCE_FOLDERS})


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(
        __file__).resolve().parents[2]
    tree = Tree(root)
    print_report(tree)
    findings = [finding for rule in RULES for finding in rule(tree)]
    print(f"{len(RULES)} rules, {len(findings)} findings")
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
