"""The rows of the benchmark: what each measures, the mark for it, and where
in the results of the groups its numbers are."""

import typing


class Row(typing.NamedTuple):
    measure: str
    unit: str
    ours: float
    mark: str  # for a reader
    met: bool | None = None  # None: it has no mark
    bare: float | None = None
    nginx: float | None = None


def _speed(measure, ours, bare, mark, nginx=None):
    """CPU time a request. On another machine than the mark's only the ratio
    to bare says something: the mark's own to what bare had there."""
    limit_us, ratio = mark
    return Row(measure, "CPU µs", ours, f"≤ {limit_us}, or {ratio} × bare",
               ours <= max(limit_us, ratio * bare), bare, nginx)


def _at_most(measure, unit, value, mark, bare=None, text=None):
    return Row(measure, unit, value, text or f"≤ {mark:,}", value <= mark,
               bare)


def _call_rows(results):
    group, cpu = results["calls"], "cpu_us"
    ours, bare, nginx = (group[name] for name in ("ours", "bare", "nginx"))
    rows = [
        _speed("tools/call, 50 connections, one session", ours[cpu],
               bare[cpu], (16, 1.5), nginx[cpu]),
        _speed("… 50 sessions", group["sessions"][cpu], bare[cpu], (16, 1.5),
               nginx[cpu]),
        _speed("… 2026-07-28", group["stateless"][cpu],
               group["bare stateless"][cpu], (18, 1.32)),
        Row("… an orchestrator reads all", "CPU µs", group["read"][cpu], "–"),
        Row("… on a thread of its plugin", "CPU µs", group["parked"][cpu],
            "–"),
        _at_most("… the same with its plugin in a process of its own, added",
                 "CPU µs", group["isolated"][cpu] - group["parked"][cpu], 20),
        _at_most("update_status with its plugin in a process of its own, "
                 "added", "CPU µs",
                 group["isolated status"][cpu] - ours[cpu], 20)]
    rate, bare_rate = (group[name]["per_second"]
                       for name in ("stateless", "bare stateless"))
    rows += [
        Row("2026-07-28 on one core, calls a second", "1/s", rate,
            "≥ 55,000, or 0.68 × bare",
            rate >= min(55000, 0.68 * bare_rate), bare_rate),
        _at_most("… p99", "ms", group["stateless"]["p99_us"] / 1000, 1.5,
                 group["bare stateless"]["p99_us"] / 1000),
        _at_most("--state-dir ÷ in memory", "×",
                 group["state-dir"][cpu] / ours[cpu], 2),
        Row("--state-dir --durable ÷ in memory", "×",
            group["durable"][cpu] / ours[cpu], "stated"),
        Row("--state-dir --durable, calls a second", "1/s",
            group["durable"]["per_second"], "stated")]
    return rows


def _other_call_rows(results):
    group, cpu = results["crowds"], "cpu_us"

    def ratio(name, connections):
        return group[f"{name} {connections}"][cpu] / group[f"{name} 16"][cpu]

    rows = [_speed("a request of sessions that come and go",
                   results["churn"]["ours"][cpu],
                   results["churn"]["bare"][cpu], (14, 1.47))]
    if "ours 1024" in group:
        rows.append(Row("1,024 connections ÷ 16, CPU a call", "×",
                        ratio("ours", 1024), "–", None, ratio("bare", 1024),
                        ratio("nginx", 1024)))
    asleep = results["asleep"]
    return [*rows,
            Row("4,096 connections ÷ 16, CPU a call", "×",
                ratio("ours", 4096), "≤ 1.3", ratio("ours", 4096) <= 1.3,
                ratio("bare", 4096), ratio("nginx", 4096)),
            _at_most("p99 while a plugin's threads all sleep ÷ awake", "×",
                     asleep["asleep"]["p99_us"] / asleep["awake"]["p99_us"],
                     1.2)]


def _event_rows(results):
    group, cpu = results["events"], "cpu_us"
    one, bare = group["ours 1"], group["bare 1"]
    rows = [
        _at_most("HTTP+SSE, POST to event, one caller, p50", "µs",
                 one["p50_us"], max(50, 1.32 * bare["p50_us"]),
                 bare["p50_us"], "≤ 50, or 1.32 × bare"),
        _speed("… the same, its CPU", one[cpu], bare[cpu], (30, 1.5))]
    for callers, name in (1, "one caller"), (50, "50 callers"):
        for kind, of in ("", "HTTP+SSE"), ("parked ", "a parked call"):
            alone = group[f"{kind or 'ours '}{callers}"]
            beside = group[f"{kind}beside {callers}"]
            rows.append(_at_most(
                f"{of}, {name}, with the crowd beside ÷ without", "×",
                beside[cpu] / alone[cpu], 1.3))
    many, bare = group["ours 50"], group["bare 50"]
    rows += [
        Row("HTTP+SSE, 50 callers, events a second", "1/s",
            many["per_second"], "≥ 40,000, or 0.73 × bare",
            many["per_second"] >= min(40000, 0.73 * bare["per_second"]),
            bare["per_second"]),
        _speed("… the same, an event's CPU", many[cpu], bare[cpu],
               (24, 1.28))]
    return rows


def _memory_rows(results):
    group, rows = results["memory"], []
    for name in "/sse", "/mcp":
        ours = group[f"ours {name}"]
        bare = group.get(f"bare {name}", {}).get("kib_a_stream")
        rows.append(_at_most(
            f"memory an idle stream, {ours['streams']:,} × GET {name}", "KiB",
            ours["kib_a_stream"], 2, bare))
        rows.append(_at_most(
            "… left over when they have gone", "MiB",
            ours["after_mib"] - ours["before_mib"], 2))
    calls = results["calls"]
    rows.append(_at_most("resident memory under load, without the journal", "MiB",
                         calls["read"]["memory_mib"],
                         max(8, 1.74 * calls["bare"]["memory_mib"]),
                         calls["bare"]["memory_mib"],
                         "≤ 8, or 1.74 × bare"))
    return rows


def _lifetime_rows(results):
    group = results["lifetimes"]
    many = group["stop many"]
    return [
        _at_most("exec to first answer, five plugins", "ms",
                 group["start"]["answer_ms"],
                 max(8, 1.86 * group["bare start"]["answer_ms"]),
                 group["bare start"]["answer_ms"], "≤ 8, or 1.86 × bare"),
        _at_most("SIGTERM to exit, 100 streams open", "ms",
                 group["stop 100"]["stop_ms"], 50),
        _at_most(f"SIGTERM to exit, {many['streams']:,} streams open", "ms",
                 many["stop_ms"], 1000)]


def rows_of(results):
    return [*_call_rows(results), *_other_call_rows(results),
            *_event_rows(results), *_memory_rows(results),
            *_lifetime_rows(results)]


# --- For a reader ------------------------------------------------------------


def number(value):
    if value is None:
        return ""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def words(met):
    return {True: "yes", False: "NO", None: ""}[met]


def print_rows(rows):
    width = max(len(row.measure) for row in rows)
    print(f"\n{'':{width}} {'':>7}{'ours':>9}{'bare':>9}{'nginx':>9}  "
          f"{'met':4} mark")
    for row in rows:
        print(f"{row.measure:{width}} {row.unit:>7}{number(row.ours):>9}"
              f"{number(row.bare):>9}{number(row.nginx):>9}  "
              f"{words(row.met):4} {row.mark}")


def markdown(rows):
    lines = ["| measure | unit | ours | bare | nginx | mark | met |",
             "|---|---|---:|---:|---:|---|---|"]
    lines += [f"| {row.measure} | {row.unit} | {number(row.ours)} | "
              f"{number(row.bare)} | {number(row.nginx)} | {row.mark} | "
              f"{words(row.met)} |" for row in rows]
    return "\n".join(lines) + "\n"
