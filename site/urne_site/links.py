"""Links as the page they stand on needs them: relative, so that a copy anywhere works."""

from __future__ import annotations

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def at(context: Context, target: str) -> str:
    """Return the link to a target that counts from the root of the page's language.

    A target may begin with `../` to leave that root, for another language or a raw file. An
    address on another origin, the voting page's, stays as it is.
    """
    if target.startswith(("https://", "http://")):
        return target
    base = str(context["base_url"]).rstrip("/") + "/"
    return (base + target).removeprefix("./") or "./"
