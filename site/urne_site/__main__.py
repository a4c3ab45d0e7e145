"""The whole site, every language: `python -m urne_site [--over] [FOLDER]`, or .build/site.

The original language stands at the root, each other one in a folder of its own beside it.
"""

from __future__ import annotations

import gc
import logging
from argparse import ArgumentParser
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from mkdocs.commands.build import build
from mkdocs.config import load_config

from urne.flows.content import LANGUAGES, ORIGINAL
from urne_site.output import Output
from urne_site.plugin import UrnePlugin


def build_all(folder: Path, config_file: Path = Path("mkdocs.yml"), *, over: bool = False) -> None:
    """Build the site in every language into a folder, or `over` what the last build left there."""
    source, seen = None, None  # read by the first, for all
    output = Output(folder) if over else None
    for language in LANGUAGES:
        below = "" if language == ORIGINAL else f"{language}/"
        with TemporaryDirectory() if output else nullcontext(str(folder / below)) as target:
            config = load_config(str(config_file), site_dir=target)
            config.site_url = f"{config.site_url}{below}" if config.site_url else ""
            plugin = cast(UrnePlugin, config.plugins["urne"])
            plugin.config.update({"language": language, "languages": list(LANGUAGES)})
            plugin.source, plugin.seen, plugin.output = source, seen, output
            build(config)
            if output is not None:
                output.take(Path(target), below)
            source, seen = plugin.source, plugin.seen
    if output is not None:
        output.finish()


def main() -> None:
    """Build as the command line says."""
    asked = ArgumentParser("python -m urne_site", description="Build the site in every language.")
    asked.add_argument("folder", nargs="?", type=Path, default=Path(".build/site"))
    asked.add_argument("--over", action="store_true", help="write only what has changed since")
    given = asked.parse_args()
    build_all(given.folder, over=given.over)


if __name__ == "__main__":
    # What is read stays until the end: to look through it for rings as often as usual would take a
    # fifteenth of the build, and find none.
    gc.set_threshold(30_000, 15, 15)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")  # to stderr
    main()
