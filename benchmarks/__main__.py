"""Run the benchmarks and print one line each."""

from __future__ import annotations

import argparse
import platform

from benchmarks import article, browser, embedded, importing, looking, mapping, starting
from benchmarks.shell import Shell

BENCHMARKS = {
    "import": importing.measure,
    "veth_pairs": looking.measure,
    "run_many": starting.measure,
    "article": article.measure,
    "map": mapping.measure,
    "embedded_article": embedded.measure_article,
    "embedded_scale": embedded.measure_scale,
    "embedded_import": embedded.measure_import,
    "browser_hover": browser.measure_hover,
    "browser_first_paint": browser.measure_first_paint,
    "browser_refresh": browser.measure_refresh,
}


def main() -> None:
    """Read the command line and run the chosen benchmarks."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--namespace", help="network namespace (ip netns) of the engine's host")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    shell = Shell(options.namespace)
    print(f"Python {platform.python_version()}, {shell.engine()}")
    for name in options.names or BENCHMARKS:
        print(BENCHMARKS[name](shell, options.rounds), flush=True)


if __name__ == "__main__":
    main()
