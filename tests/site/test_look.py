"""The colours reach 4.5:1 in light and dark, wherever words stand on them."""

from __future__ import annotations

import re

import pytest
from tests.site.tree import ROOT

CSS = (ROOT / "site/theme/assets/urne.css").read_text("utf-8")
DOMAINS = ("nature", "cadre", "mobilite", "sport", "culture", "education", "solidarite")

# Words, and what they stand on.
PAIRS = [
    ("ink", "paper"), ("ink", "wash"), ("muted", "paper"), ("muted", "wash"),
    ("link", "paper"), ("link", "wash"), ("accent", "paper"), ("accent", "wash"),
    ("paper", "accent"), ("on-brand", "brand"), ("on-brand-soft", "brand"),
    ("good", "good-soft"), ("good", "paper"), ("good", "wash"), ("warn", "warn-soft"),
    ("bad", "bad-soft"), ("plain", "plain-soft"), ("example", "example-soft"),
]  # fmt: skip


def tokens(scheme: str) -> dict[str, str]:
    """Return the colour tokens of a scheme; the dark one overrides the light one."""
    blocks = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.DOTALL)
    chosen = blocks[:1] if scheme == "light" else blocks[:2]
    return {
        name: value
        for block in chosen
        for name, value in re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block)
    }


def domain(name: str, scheme: str) -> dict[str, str]:
    rules = re.findall(rf"\.d-{name} \{{(.*?)\}}", CSS)
    chosen = rules[:1] if scheme == "light" else rules[:2]
    return {k: v for rule in chosen for k, v in re.findall(r"--(\w+): (#[0-9a-f]{6})", rule)}


def luminance(colour: str) -> float:
    digits = colour[1:]
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_knows_black_on_white() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("words,ground", PAIRS)
def test_words_can_be_read(words: str, ground: str, scheme: str) -> None:
    found = tokens(scheme)
    assert contrast(found[words], found[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", DOMAINS)
def test_domains_can_be_read(name: str, scheme: str) -> None:
    own, found = domain(name, scheme), tokens(scheme)
    assert contrast(own["kick"], found["paper"]) >= 4.5
    assert contrast(own["kick"], own["sky"]) >= 4.5
    assert contrast(found["ink"], own["sky"]) >= 4.5


def test_nothing_is_asked_of_another_host() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert "@font-face" not in CSS
