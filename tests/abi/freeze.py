#!/usr/bin/python3
"""freeze.py NAME: keeps the header as it is now in tests/abi/NAME, with its
layout and, where abidw is installed, its types. From then on every later header
is held to them: see test_header_abi.py."""

import platform
import shutil
import subprocess
import sys
import tempfile

from header import HEADER, TREE, Header

HERE = TREE / "tests/abi"

PROBE = """#include <mcp/plugin.h>
#include <stdio.h>
int main (void)
{
%s
}
"""


MACROS = r"""#define AT_LEAST(type, size) \
	_Static_assert (sizeof (struct type) >= size, #type)
#define AT(type, member, offset) \
	_Static_assert (offsetof (struct type, member) == offset, \
			#type "." #member)
#define IS(name, value) _Static_assert (name == value, #name)
""".split("\n")


def measure(header):
    """(struct, member or None, offset or size) of everything."""
    lines = []
    for struct in header.structs.values():
        lines.append(f'printf ("{struct.name} - %zu\\n", '
                     f'sizeof (struct {struct.name}));')
        lines += [f'printf ("{struct.name} {m.name} %zu\\n", '
                  f'offsetof (struct {struct.name}, {m.name}));'
                  for m in struct.members]
    with tempfile.TemporaryDirectory() as scratch:
        program = f"{scratch}/probe"
        subprocess.run(["cc", f"-I{HEADER.parents[1]}", "-xc", "-", "-o",
                        program], input=PROBE % "\n".join(lines), text=True,
                       check=True)
        out = subprocess.run([program], capture_output=True, text=True,
                             check=True).stdout
    return [line.split() for line in out.splitlines()]


def layout(header):
    """A C file that does not compile when something lies elsewhere."""
    yield "/* Where everything lies in the kept header, where pointers have"
    yield " * 64 bits; what follows the last member may come later. Written by"
    yield " * freeze.py; never changed. */"
    yield "#include <mcp/plugin.h>"
    yield ""
    yield from MACROS
    yield "#if UINTPTR_MAX == UINT64_MAX"
    for struct, member, number in measure(header):
        if member == "-":
            yield f"AT_LEAST ({struct}, {number});"
        else:
            yield f"AT ({struct}, {member}, {number});"
    yield "#endif"
    for name in header.constants:
        yield f"IS ({name}, {header.macros[name].value});"


def freeze(name):
    header = Header()
    place = HERE / name
    (place / "include/mcp").mkdir(parents=True)
    shutil.copy(HEADER, place / "include/mcp/plugin.h")
    (place / "layout.c").write_text("\n".join(layout(header)) + "\n")
    if not shutil.which("abidw"):
        sys.exit("no abidw here (Debian: abigail-tools): types are not kept")
    with tempfile.TemporaryDirectory() as scratch:
        library = f"{scratch}/surface.so"
        subprocess.run(["cc", "-g", "-shared", "-fPIC",
                        f"-I{place}/include", "-o", library, "surface.c"],
                       cwd=HERE, check=True)
        xml = subprocess.run(
            ["abidw", "--no-corpus-path", "--no-comp-dir-path",
             "--no-show-locs", library],
            capture_output=True, text=True, check=True).stdout
    (place / f"types-{platform.machine()}.xml").write_text(xml)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    freeze(sys.argv[1])
