"""make bench-doc: puts the table of the last make bench into
doc/performance.md, between its two marks. No number there is written by
hand."""

import json
import pathlib
import sys

from . import peers, table

BEGIN = "<!-- make bench-doc: from here -->\n"
END = "<!-- make bench-doc: to here -->\n"


def text_of(report):
    machine = report["machine"]
    return (f"{machine['cpu']}, {machine['cores']} cores, Linux "
            f"{machine['kernel']}; medians of {report['rounds']} rounds of "
            f"{report['seconds']} s, a crowd of {report['crowd']:,} idle "
            f"streams.\n\n"
            + table.markdown([table.Row(**row) for row in report["rows"]]))


def main():
    report = json.loads(pathlib.Path(sys.argv[1]).read_text())
    path = peers.SOURCE / "doc" / "performance.md"
    before, rest = path.read_text().split(BEGIN)
    _, after = rest.split(END)
    path.write_text(f"{before}{BEGIN}\n{text_of(report)}\n{END}{after}")
    print(f"{path.relative_to(peers.SOURCE)}: {len(report['rows'])} rows")


if __name__ == "__main__":
    main()
