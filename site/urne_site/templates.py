"""What templates may use besides their values: words, links, and parts that are made once.

Every value is escaped, and one that is not there is an error, never an empty place.
"""

from __future__ import annotations

from functools import cache

from jinja2 import BytecodeCache, Environment, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from urne_site.links import at
from urne_site.views.site import Site


class _Compiled(BytecodeCache):
    """Templates compiled by one language's build, for the next."""

    def __init__(self) -> None:
        self._found: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._found:
            bucket.bytecode_from_string(self._found[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._found[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


def prepared(env: Environment, site: Site) -> Environment:
    """Return an environment made ready for the pages of a site in one language."""
    env.bytecode_cache = _COMPILED
    env.autoescape = True
    env.auto_reload = False  # no template changes while a site is built
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters["at"] = at

    @cache
    def fixed(name: str, **values: object) -> Markup:
        """Return what a template makes of these values and no others, once for the same values."""
        return Markup(env.get_template(name).render(values))  # noqa: S704, it escapes

    env.globals |= {"fixed": fixed, "w": site.words, "site_root": site.root}
    return env
