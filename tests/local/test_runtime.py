"""Functions in real awslambdaric processes: answers, failures, crashes, time, and their logs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.local.handlers import appears, function, write_handlers
from tests.local.processes import alive, all_end

from urne_local.errors import DidNotStart, FunctionBusy, FunctionFailed, FunctionTimedOut
from urne_local.runtime import Runtime
from urne_local.worker import Function

NAMES = ("plain", "environment", "fail", "deep", "slow", "crash", "spoken", "not_json")


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    folder = tmp_path_factory.mktemp("handlers")
    write_handlers(folder)
    functions = [function(name, folder, env={"COLOUR": "green"}) for name in NAMES]
    with Runtime(functions, folder / "logs") as running:
        yield running


def failure(runtime: Runtime, name: str, event: Any) -> FunctionFailed:
    with pytest.raises(FunctionFailed) as caught:
        runtime.invoke(name, event)
    assert caught.value.name == name
    return caught.value


def test_an_event_goes_in_and_an_answer_comes_back(runtime: Runtime) -> None:
    event = {"text": "é € \ud800", "list": [1, None, True], "deep": {"a": {"b": "c"}}}
    answer = runtime.invoke("plain", event)
    assert answer["got"] == event
    assert answer["name"] == "plain"


def test_a_process_serves_many_events_and_each_has_its_own_number(runtime: Runtime) -> None:
    answers = [runtime.invoke("plain", {}) for _ in range(5)]
    assert len({answer["pid"] for answer in answers}) == 1
    assert len({answer["id"] for answer in answers}) == 5


def test_the_handler_knows_how_much_time_it_has(runtime: Runtime) -> None:
    left = runtime.invoke("plain", {}, seconds=7)["left"]
    assert 5000 < left <= 7000


def test_a_function_sees_what_it_is_configured_with_and_no_more(runtime: Runtime) -> None:
    """What is set around us, PATH to begin with, must not make work what would not on AWS."""
    seen = runtime.invoke("environment", {})
    assert seen.pop("COLOUR") == "green"
    assert set(seen) - {"LC_CTYPE", "_X_AMZN_TRACE_ID"} == {
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "LAMBDA_TASK_ROOT",
        "_HANDLER",
        "LANG",
        "TZ",
    }


def test_a_handler_that_raises_is_a_clear_error_without_its_words(runtime: Runtime) -> None:
    error = failure(runtime, "fail", {"marker": "Zanzibar"})
    assert error.error_type == "ValueError"
    assert str(error) == "The function fail failed (ValueError). Its log says more."
    assert "Zanzibar" in runtime.log("fail").read_text()


def test_a_function_that_failed_answers_again(runtime: Runtime) -> None:
    before = failure(runtime, "fail", {"marker": "x"})
    assert failure(runtime, "fail", {}).error_type == "KeyError"
    assert before.error_type == "ValueError"


def test_a_very_long_traceback_is_a_failure_like_any_other(runtime: Runtime) -> None:
    failure(runtime, "deep", {})
    failure(runtime, "deep", {})


def test_an_answer_that_is_no_json_is_a_failure(runtime: Runtime) -> None:
    failure(runtime, "not_json", {})


def test_a_worker_that_dies_fails_its_invocation_and_is_replaced(runtime: Runtime) -> None:
    first = runtime.invoke("crash", {})["pid"]
    began = time.monotonic()
    assert failure(runtime, "crash", {"crash": True}).error_type == "ProcessEnded"
    assert time.monotonic() - began < 5
    assert runtime.invoke("crash", {})["pid"] != first
    assert "about to crash" in runtime.log("crash").read_text()


def test_a_worker_killed_while_idle_is_replaced_unnoticed(runtime: Runtime) -> None:
    first = runtime.invoke("crash", {})["pid"]
    os.kill(first, signal.SIGKILL)
    assert all_end([first])
    time.sleep(0.1)
    assert runtime.invoke("crash", {})["pid"] != first


def test_a_function_that_takes_too_long_is_ended(runtime: Runtime) -> None:
    first = runtime.invoke("slow", {})["pid"]
    with pytest.raises(FunctionTimedOut, match=r"did not answer within 0.3 seconds"):
        runtime.invoke("slow", {"seconds": 60}, seconds=0.3)
    assert all_end([first])
    assert runtime.invoke("slow", {})["pid"] != first


def test_whoever_finds_no_free_worker_is_told_so(runtime: Runtime, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    with ThreadPoolExecutor(1) as pool:
        long = pool.submit(runtime.invoke, "slow", {"seconds": 1.0, "begun": str(begun)})
        assert appears(begun)
        with pytest.raises(FunctionBusy):
            runtime.invoke("slow", {}, seconds=0.1)
        assert long.result()["pid"]


def test_what_a_function_prints_goes_to_its_own_log(runtime: Runtime) -> None:
    runtime.invoke("spoken", {"word": "Quetzal"})
    lines = runtime.log("spoken").read_text().splitlines()
    assert lines[-2:] == ["to stdout Quetzal", "to stderr Quetzal"]
    assert "Quetzal" not in runtime.log("plain").read_text()


def test_each_process_has_one_request_at_a_time_and_none_is_mixed_up(tmp_path: Path) -> None:
    """Powertools' resolver keeps the request in class attributes: two at once would meet."""
    write_handlers(tmp_path)
    with (
        Runtime([function("plain", tmp_path, workers=2)], tmp_path / "logs") as runtime,
        ThreadPoolExecutor(50) as pool,
    ):
        answers = list(pool.map(lambda n: runtime.invoke("plain", {"n": n}), range(200)))
    assert [answer["got"]["n"] for answer in answers] == list(range(200))
    assert len({answer["pid"] for answer in answers}) == 2


def test_a_handler_that_cannot_be_imported_is_said_at_the_start(tmp_path: Path) -> None:
    """And the reason, which may hold a secret, is in the log alone."""
    write_handlers(tmp_path)
    threads = threading.active_count()
    runtime = Runtime([Function("broken", "broken.handler", folder=tmp_path)], tmp_path / "logs")
    with pytest.raises(DidNotStart, match="The function broken did not start") as caught:
        runtime.start()
    assert "RuntimeError" in str(caught.value)
    assert "marker" not in str(caught.value)
    assert str(runtime.log("broken")) in str(caught.value)
    assert "marker" in runtime.log("broken").read_text()
    assert threading.active_count() == threads


def test_a_module_that_is_not_there_is_said_at_the_start(tmp_path: Path) -> None:
    runtime = Runtime([Function("x", "no_such.handler", folder=tmp_path)], tmp_path / "logs")
    with pytest.raises(DidNotStart, match="ImportModuleError"):
        runtime.start()


def test_nothing_is_left_after_the_stop_even_of_a_busy_function(tmp_path: Path) -> None:
    write_handlers(tmp_path)
    threads = threading.active_count()
    runtime = Runtime([function("slow", tmp_path, workers=2)], tmp_path / "logs")
    runtime.start()
    pids = runtime.pids()
    assert alive(pids) == set(pids)
    assert len(pids) == 2
    with ThreadPoolExecutor(1) as pool:
        begun = tmp_path / "begun"
        busy = pool.submit(runtime.invoke, "slow", {"seconds": 60, "begun": str(begun)})
        assert appears(begun)
        runtime.stop()
        with pytest.raises(FunctionFailed):
            busy.result(5)
    assert all_end(pids)
    assert runtime.pids() == ()
    assert threading.active_count() == threads


PARENT = """
import sys, threading, time
from pathlib import Path
from urne_local.runtime import Runtime
from urne_local.worker import Function
folder = Path(sys.argv[1])
runtime = Runtime([Function("slow", "small.slow", folder=folder, workers=2)], folder / "logs")
runtime.start()
event = {"seconds": 60, "begun": str(folder / "begun")}
threading.Thread(target=runtime.invoke, args=("slow", event)).start()
print(*runtime.pids(), flush=True)
time.sleep(60)
"""


def test_functions_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    """An idle one and a busy one: neither stays behind with its port and its keys."""
    write_handlers(tmp_path)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(alive(pids)) == 2
        assert appears(tmp_path / "begun")
        parent.kill()
    assert all_end(pids)
