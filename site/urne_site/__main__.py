"""The whole site, every language: `python -m urne_site [FOLDER]`, by default .build/site.

The original language stands at the root, each other one in a folder of its own beside it.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import cast

from mkdocs.commands.build import build
from mkdocs.config import load_config

from urne.flows.content import LANGUAGES, ORIGINAL
from urne_site.plugin import UrnePlugin


def build_all(folder: Path, config_file: Path = Path("mkdocs.yml")) -> None:
    """Build the site in every language into a folder."""
    source = None  # read by the first, for all
    for language in LANGUAGES:
        target = folder if language == ORIGINAL else folder / language
        config = load_config(str(config_file), site_dir=str(target))
        root = config.site_url or ""
        config.site_url = root if language == ORIGINAL else f"{root}{language}/"
        plugin = cast(UrnePlugin, config.plugins["urne"])
        plugin.config.update({"language": language, "languages": list(LANGUAGES)})
        plugin.source = source
        build(config)
        source = plugin.source


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s")  # to stderr
    build_all(Path(sys.argv[1] if len(sys.argv) > 1 else ".build/site"))
