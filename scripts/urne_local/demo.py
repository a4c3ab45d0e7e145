"""`make demo`: the demonstration town, set up step by step on the local platform."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from urne.flows.chance import SeededDraw
from urne.flows.content import EditionContent
from urne.flows.paths import election_path
from urne.model.deployment import encode_deployment
from urne.store.s3 import S3Files
from urne_local import example
from urne_local.ballot_pages import build_ballot_pages
from urne_local.configuration import BUCKET, Configuration, Environment, Ports
from urne_local.errors import DidNotStart, OtherIssuers, StateUnreadable
from urne_local.files import write_whole
from urne_local.offices import functions_of, offices, tables_of
from urne_local.platform import Platform
from urne_local.rehearsal import lead_to_the_end
from urne_local.residents import register_csv
from urne_local.town import Neighbours, Town
from urne_local.watch import Watch

ROOT = Path(__file__).parents[2]
SEED, ISSUERS = "seed", "issuers"
REGISTER = "register.csv"


def deployment_file(number: int) -> str:
    """Return how the file is called that leads an office's staff to it; offices count from 1."""
    return "deployment.toml" if number == 1 else f"deployment-{number}.toml"


@dataclass
class Demo:
    """The demonstration: an election that was held, one that is open, and the site of both.

    `issuers` is how many offices issue credentials in the open one; without it as many as before,
    or one.
    """

    state: Path
    ports: Ports
    fresh: bool = False
    issuers: int | None = None

    @property
    def pages(self) -> Path:
        """Return the folder of the site's pages: each demonstration has its own."""
        return self.state / "site"

    @property
    def ballot_pages(self) -> Path:
        """Return the folder of the voting pages."""
        return self.state / "ballot"

    def configuration(self) -> Configuration:
        """Return the platform to start. Raises OtherIssuers or StateUnreadable."""
        self.offices = offices(self._number_of_issuers())
        self.written: EditionContent = example.edition(ROOT / "content")
        return Configuration(
            state=self.state,
            site_pages=self.pages,
            vote_pages=self.ballot_pages,
            functions=functions_of(self.offices),
            ports=self.ports,
            tables=tables_of(self.offices),
            provider=self._neighbours,
            set_up=(
                self.hold_the_past,
                self.open_the_present,
                self.write_for_staff,
                self.build_the_site,
                self.build_the_voting_pages,
            ),
            environment=self._environment,
            fresh=self.fresh,
        )

    def _neighbours(self, platform: Platform) -> Neighbours:
        manifest = example.opened(self.written, platform.clock.now())
        write_whole(platform.state.folder / ISSUERS, str(len(self.offices)).encode())
        self.town = Town(
            example.OPEN, self._seed(platform), manifest, example.tally_key(), self.offices
        )
        return self.town.neighbours(platform)

    def _environment(self, platform: Platform) -> Environment:
        return self.town.environment(platform)

    def _number_of_issuers(self) -> int:
        """Return how many issuers there are: an election that is open keeps those it has."""
        before = None if self.fresh else self._issuers_before()
        if before and self.issuers and before != self.issuers:
            raise OtherIssuers(self.state, before)
        return before or self.issuers or 1

    def _issuers_before(self) -> int | None:
        """Return how many issuers the kept state has, if there is one. Raises StateUnreadable."""
        if not (self.state / SEED).exists():
            return None
        kept = self.state / ISSUERS
        try:
            return int(kept.read_text())
        except FileNotFoundError:
            return 1
        except ValueError as e:
            raise StateUnreadable(kept, "it holds no number") from e

    def _seed(self, platform: Platform) -> str:
        """Return the seed of this town's keys, kept with its state."""
        path = platform.state.folder / SEED
        if not path.exists():
            write_whole(path, secrets.token_hex(16).encode())
        return path.read_text()

    def hold_the_past(self, platform: Platform) -> None:
        """Holding the election of 2019 again, with invented ballots ..."""
        public = platform.state.folder / "public"
        tally = public / election_path(example.HELD, "tally.json")
        if not tally.exists():
            draw = SeededDraw("the demonstration of 2019")
            files = example.held(self.written, draw, lambda step: None)
            for path in files.paths(""):
                write_whole(public / path, files.read(path))
        self._publish(platform, public)

    def _publish(self, platform: Platform, public: Path) -> None:
        """Put the public tree into the bucket, where it is not yet."""
        bucket = S3Files(platform.aws.clients.s3, BUCKET)
        there = set(bucket.paths(""))
        for path in sorted(p for p in public.rglob("*") if p.is_file()):
            name = path.relative_to(public).as_posix()
            if name not in there:
                bucket.put_new(name, path.read_bytes())

    def open_the_present(self, platform: Platform) -> None:
        """Opening an election that takes votes for two weeks ..."""
        self.town.found(platform)

    def write_for_staff(self, platform: Platform) -> None:
        """Writing what the desk's commands need to find it ..."""
        for number, told in enumerate(self.town.deployments(platform), 1):
            path = platform.state.folder / deployment_file(number)
            write_whole(path, encode_deployment(told).encode())
        write_whole(platform.state.folder / REGISTER, register_csv().encode())

    def build_the_site(self, platform: Platform) -> None:
        """Building the site from content/ ..."""
        public = platform.state.folder / "public"
        done = subprocess.run(
            [sys.executable, "-m", "urne_site", "--over", str(self.pages)],
            cwd=ROOT,
            check=False,
            env={
                "PATH": "/usr/bin:/bin",
                "URNE_PUBLIC": str(public),
                "URNE_SITE_URL": f"{platform.site.origin}/",
                "URNE_VOTE_URL": f"{platform.vote.origin}/",
            },
            stdout=subprocess.DEVNULL,
        )
        if done.returncode:
            raise DidNotStart("The site", "content/ has mistakes; each is named above.")
        self._index_the_site()

    def _index_the_site(self) -> None:
        """Make the search index beside the pages, then put it in the place of the last."""
        beside, place = self.pages.with_name("search"), self.pages / "pagefind"
        shutil.rmtree(beside, ignore_errors=True)
        words = ("--site", str(self.pages), "--output-path", str(beside), "--quiet")
        done = subprocess.run(
            [sys.executable, "-m", "pagefind", *words], check=False, stdout=subprocess.DEVNULL
        )
        if done.returncode == 0:
            shutil.rmtree(place, ignore_errors=True)
            beside.rename(place)

    # What happens while it runs

    def watch(self, platform: Platform) -> Watch:
        """Return what builds the site again when content or theme change."""
        return Watch((ROOT / "content", ROOT / "site" / "theme"), lambda: self.rebuild(platform))

    def rebuild(self, platform: Platform) -> None:
        """Build the site again; with a mistake in content/, the site stays as it was."""
        try:
            self.build_the_site(platform)
        except DidNotStart as e:
            print(f"{e} The site stays as it was.", file=sys.stderr)
        else:
            print("The site is built again.", file=sys.stderr)

    def close(self, platform: Platform) -> None:
        """End the open vote: move the clock past its close, reveal the keys, count, publish."""
        stage = self.town.stage(platform, self.town.election(platform))
        lead_to_the_end(platform, stage, lambda step, done, total: None)
        print(f"Closed and counted: {platform.site.origin}/elections/{example.OPEN}/tally.json")

    def build_the_voting_pages(self, platform: Platform) -> None:
        """Building the voting pages ..."""
        build_ballot_pages(self.town.election(platform), platform.site.origin, self.ballot_pages)
