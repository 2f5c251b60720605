"""Tables, bounds and a plot of what was measured."""

import statistics

# What docs/benchmarks.md promises of the music library; checked by `run --check` where both sides were measured.
LOAD_TO_LIMIT = 1.15      # where each stream and each session of the server has a core of its own
FLAT = 0.15               # by which the time for a row differs between sizes of 100,000 tracks and more
FASTER_THAN_PEER = {"pgloader": 3.0, "ogr2ogr": 1.0, "Sequel": 1.0}
MANY_TABLES_FASTER = 3.0
VERIFIED_TO_UNVERIFIED = 1.6
RSS_MAX = 128     # MiB


def median(runs, *path):
    values = []
    for run in runs:
        for key in path:
            run = run.get(key) if run else None
        if run is not None:
            values.append(run)
    return statistics.median(values) if values else None


def spread(runs, key):
    values = [run[key] for run in runs if key in run]
    return f"{min(values):.2f} to {max(values):.2f}" if values else ""


def load_ratio(measured):
    load = median(measured["results"].get("Repot", []), "phases", "load")
    limit = median(measured["results"].get("binary COPY", []), "wall")
    return load / limit if load and limit else None


def has_cores(measured):
    return 2 * measured["jobs"] <= measured["cores"]


def per_row(measured):
    """Microseconds of Repot's whole run for each row, and of its client's processor."""
    runs = measured["results"].get("Repot", [])
    rows = median(runs, "rows")
    return [median(runs, key) / rows * 1e6 if rows else None for key in ("wall", "cpu")]


def sizes_of_music(shapes):
    return [measured for measured in shapes if measured["shape"] == "music" and per_row(measured)[0]]


def scaling(shapes):
    """A table of Repot's time for a row by the size of the library, where there are several."""
    sizes = sorted(sizes_of_music(shapes), key=lambda measured: measured["size"])
    if len(sizes) < 2:
        return ""
    lines = ["### Time for a row", "", "| tracks | whole run, µs | client's processor, µs | peak MiB |", "|---|---|---|---|"]
    for measured in sizes:
        wall, cpu = per_row(measured)
        lines.append(f"| {measured['size']:,} | {wall:.2f} | {cpu:.2f} | {median(measured['results']['Repot'], 'rss'):.0f} |")
    return "\n".join(lines) + "\n"


def verified_ratio(runs):
    ratios = [run["wall"] / (run["wall"] - run["phases"]["verify"]) for run in runs if "phases" in run]
    return statistics.median(ratios) if ratios else None


def table(measured):
    """As Markdown."""
    runs = measured["results"]
    repot = median(runs.get("Repot", []), "wall")
    lines = [f"### {measured['shape']}, {measured['size']:,}", "",
             "| | wall s | spread | to Repot | client CPU s | peak MiB | rows | objects |", "|---|---|---|---|---|---|---|---|"]
    for name, results in sorted(runs.items(), key=lambda item: median(item[1], "wall") or 1e9):
        wall = median(results, "wall")
        if wall is None:
            lines.append(f"| {name} | failed | | | | | | {results[0].get('error', '')[:80]!r} |")
            continue
        ratio = f"{wall / repot:.2f}" if repot else ""
        lines.append(f"| {name} | {wall:.2f} | {spread(results, 'wall')} | {ratio} | {median(results, 'cpu'):.2f} | "
                     f"{median(results, 'rss'):.0f} | {median(results, 'rows'):,.0f} | {measured['objects'][name]} |")
    phases = runs.get("Repot", [{}])[0].get("phases", {})
    if phases:
        lines += ["", "Repot by phase: " + ", ".join(f"{phase} {median(runs['Repot'], 'phases', phase):.2f} s"
                                                     for phase in phases)]
        lines += [f"Verified to unverified: {verified_ratio(runs['Repot']):.2f}"]
    if ratio := load_ratio(measured):
        lines += [f"Load to the limit: {ratio:.2f}" + ("" if has_cores(measured) else
                                                       " (client and server share the cores)")]
    return "\n".join(lines) + "\n"


def broken_bounds(shapes):
    broken = []
    for measured in shapes:
        name, runs = f"{measured['shape']}:{measured['size']}", measured["results"]
        repot = median(runs.get("Repot", []), "wall")
        if repot is None:
            continue
        ratio = load_ratio(measured) if measured["shape"] == "music" and has_cores(measured) else None
        if ratio and ratio > LOAD_TO_LIMIT:
            broken.append(f"{name}: the load took {ratio:.2f} of the limit's time")
        for peer, factor in FASTER_THAN_PEER.items():
            factor = MANY_TABLES_FASTER if measured["shape"] == "tables" else factor
            wall = median(runs.get(peer, []), "wall")
            if wall and wall / repot < factor:
                broken.append(f"{name}: {peer} took only {wall / repot:.2f} of Repot's time")
        if (rss := median(runs["Repot"], "rss")) > RSS_MAX:
            broken.append(f"{name}: {rss:.0f} MiB were resident")
        if (ratio := verified_ratio(runs["Repot"])) and ratio > VERIFIED_TO_UNVERIFIED:
            broken.append(f"{name}: verified, it took {ratio:.2f} of the time")
    large = [per_row(measured)[0] for measured in sizes_of_music(shapes) if measured["size"] >= 100_000]
    if len(large) > 1 and max(large) > min(large) * (1 + FLAT):
        broken.append(f"the time for a row differs by {max(large) / min(large) - 1:.0%} between sizes")
    return broken


def plot(shapes):
    """Horizontal bars of the medians, with the spread as a line, one group for each database."""
    width, left, bar, gap = 760, 170, 18, 34
    parts, y = [], 10
    for measured in shapes:
        runs = {name: results for name, results in measured["results"].items() if median(results, "wall")}
        if not runs:
            continue
        most = max(run["wall"] for results in runs.values() for run in results if "wall" in run)
        scale = (width - left - 90) / most
        parts.append(f'<text x="4" y="{y + 13}" font-weight="bold">{measured["shape"]}, {measured["size"]:,}</text>')
        y += 22
        for name, results in sorted(runs.items(), key=lambda item: median(item[1], "wall")):
            wall = median(results, "wall")
            walls = [run["wall"] for run in results if "wall" in run]
            colour = "#2563eb" if name == "Repot" else "#9ca3af"
            parts.append(f'<text x="{left - 6}" y="{y + 13}" text-anchor="end">{name}</text>'
                         f'<rect x="{left}" y="{y}" width="{wall * scale:.1f}" height="{bar}" fill="{colour}"/>'
                         f'<line x1="{left + min(walls) * scale:.1f}" x2="{left + max(walls) * scale:.1f}" y1="{y + 9}" '
                         f'y2="{y + 9}" stroke="#111"/>'
                         f'<text x="{left + max(walls) * scale + 6:.1f}" y="{y + 13}">{wall:.2f} s</text>')
            y += bar + 4
        y += gap - 18
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{y}" font-family="sans-serif" '
            f'font-size="13"><rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n')
