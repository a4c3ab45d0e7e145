"""The cookies of a browser without a screen go where a real one would send them."""

from __future__ import annotations

from urne_local.cookie_jar import CookieJar


def test_a_cookie_goes_to_its_path_and_below() -> None:
    jar = CookieJar()
    jar.keep("s=1; Max-Age=600; Path=/api/enrol; HttpOnly; SameSite=Strict")
    jar.keep("o=2; Max-Age=60; Path=/; SameSite=Strict")
    assert jar.line("/api/enrol") == jar.line("/api/enrol/x") == "s=1; o=2"
    for path in ("/api/enrolment", "/api/issuers/b/enrol", "/api/cast", "/"):
        assert jar.line(path) == "o=2"


def test_a_cookie_is_replaced_and_deleted_where_it_was_set() -> None:
    """The same name on another path is another cookie."""
    jar = CookieJar()
    jar.keep("s=1; Path=/a")
    jar.keep("s=2; Path=/b")
    jar.keep("s=3; Path=/a")
    assert list(jar) == [("s", "/b", "2"), ("s", "/a", "3")]
    jar.keep("s=; Max-Age=0; Path=/b")
    assert list(jar) == [("s", "/a", "3")]
    assert (jar.take("s"), jar.take("s"), list(jar)) == ("3", "", [])
