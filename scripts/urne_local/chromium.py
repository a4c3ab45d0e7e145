"""How Chromium is started to look at pages: without what is around a page and nobody looks at.

Even without a screen it opens a whole window for each visitor, and makes a page of its own ready
there, of ninety files, for the suggestions under the address: that took more of the processor than
our page. Debian has the same Chromium without windows too, which is taken where it is installed.
Of two lists of `--disable-features` Chromium takes the last, so that the one that
Playwright gives is repeated here, as far as it concerns Chromium.
"""

from __future__ import annotations

import shutil

PROGRAMS = ("chromium-headless-shell", "chromium")
SUGGESTIONS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
_PLAYWRIGHTS = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    f"--disable-features={','.join((*_PLAYWRIGHTS, *SUGGESTIONS))}",
)
"""What Playwright is to start Chromium with, beside its own arguments."""


def find_chromium() -> str | None:
    """Return the path of the Chromium that looks at pages, or None if none is installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)
