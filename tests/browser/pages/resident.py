"""A resident in front of a browser: what they press, and what the page shows them."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import BrowserContext, Page

CHOICES = ("012", "019", "034")


class Resident:
    """One resident with a browser of their own, on the voting page."""

    def __init__(self, context: BrowserContext, origin: str, name: str) -> None:
        self.context, self.origin, self.name = context, origin, name
        self.complaints: list[str] = []
        self.page = self.watched(context.new_page())

    def watched(self, page: Page) -> Page:
        """Return a page whose complaints are kept."""
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)
        return page

    def _heard(self, message: object) -> None:
        text = str(getattr(message, "text", ""))
        # That the server refused, or was not reached, is the browser's remark on what tests do.
        if getattr(message, "type", "") == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def open(self, path: str = "/", at: str = "intro") -> None:
        self.page.goto(self.origin + path)
        self.at(at)

    def at(self, step: str) -> None:
        """Wait until the page shows a step."""
        self.page.wait_for_selector(f'body[data-at="{step}"]')

    def press(self, act: str) -> None:
        self.page.click(f'[data-act="{act}"]:visible')

    def choose(self, choices: Sequence[str] = CHOICES) -> None:
        """From the start to the review."""
        self.press("choose")
        self.at("choose")
        for number in choices:
            self.page.click(f'[data-add="{number}"]')
        self.press("review")
        self.at("review")

    def leave(self) -> None:
        """From the review to the e-ID provider."""
        self.page.click("[data-sign-in] button.button:visible")
        self.page.wait_for_selector("#resident")

    def sign_in(self, name: str = "") -> None:
        """From the review over the e-ID provider back to the page."""
        self.leave()
        self.identify(name or self.name)

    def identify(self, name: str) -> None:
        """At the provider, be somebody."""
        if name.startswith("voter-"):
            self.page.fill("#resident", name)
            self.page.click("form:has(#resident) button")
        else:
            self.page.click(f'button[value="{name}"]')

    def seal(self, choices: Sequence[str] = CHOICES) -> None:
        """From nothing to a sealed ballot."""
        self.open()
        self.choose(choices)
        self.sign_in()
        self.at("sealed")

    def cast(self) -> None:
        self.press("cast")
        self.at("receipt")

    def vote(self, choices: Sequence[str] = CHOICES) -> None:
        """Vote, from nothing to a receipt."""
        self.seal(choices)
        self.cast()

    def wait_for_log(self) -> str:
        """Return what the receipt says of the log once the ballot is in it."""
        self.page.wait_for_selector("[data-log].yes")
        return self.page.inner_text("[data-log]")

    @property
    def receipt(self) -> str:
        return self.page.text_content("[data-receipt]") or ""

    def code(self) -> str:
        """Return the recovery code, shown and hidden again."""
        self.press("code")
        code = self.page.inner_text("[data-code]")
        self.press("code")
        return code

    def sealed_code(self) -> str:
        """Return the recovery code that stands beside the sealed ballot."""
        self.page.click("[data-fleeting] summary")
        self.page.wait_for_selector("[data-sealed-code]:not(:empty)")
        return self.page.inner_text("[data-sealed-code]")

    def stopped(self) -> str:
        """Return the code for the town hall, once the page has stopped."""
        self.at("stop")
        for part in ("title", "text"):
            assert self.page.inner_text(f"[data-stop-{part}]").strip()
        return self.page.inner_text("[data-stop-code]")

    def take(self, way: int | str = 0) -> None:
        """Press one of the ways out of a stop, by its place or its name."""
        named = isinstance(way, str)
        self.page.click(f'[data-way="{way}"]' if named else f"[data-way] >> nth={way}")
