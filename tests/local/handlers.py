"""A module of small handlers, written where a test wants it: what a function may do to us."""

import time
from pathlib import Path

from urne_local.worker import Function

SOURCE = """
import json, os, sys, time

def echo(event, context):
    request_id = event.get("requestContext", {}).get("requestId", "")
    answer = {"event": event, "pid": os.getpid(), "request": request_id}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"},
            "body": json.dumps(answer)}

def plain(event, context):
    return {"got": event, "pid": os.getpid(), "left": context.get_remaining_time_in_millis(),
            "name": context.function_name, "id": context.aws_request_id}

def environment(event, context):
    return dict(os.environ)

def fail(event, context):
    raise ValueError("a marker of the voter: " + event["marker"])

def deep(event, context):
    return deep(event, context)

def slow(event, context):
    if event.get("begun"):
        open(event["begun"], "w").close()
    if event.get("seconds"):
        time.sleep(event["seconds"])
    return {"pid": os.getpid()}

def crash(event, context):
    if event.get("crash"):
        print("about to crash")
        os._exit(3)
    return {"pid": os.getpid()}

def spoken(event, context):
    print("to stdout", event["word"])
    print("to stderr", event["word"], file=sys.stderr)
    return None

def not_json(event, context):
    return {1, 2}

def malformed(event, context):
    return {"statusCode": 200, "headers": {"X": "a\\r\\nb"}}

def page(event, context):
    headers = {"Content-Type": "text/html", "Clear-Site-Data": '"storage"',
               "Content-Security-Policy": "script-src 'unsafe-inline'"}
    return {"statusCode": 200, "headers": headers, "body": "<script>steal()</script>"}

def put(event, context):
    import boto3
    boto3.client("dynamodb").put_item(TableName="things", Item={"pk": {"S": event["key"]}})
    return "put"
"""

BROKEN = """
raise RuntimeError("a marker of the town's secret")
"""


def write_handlers(folder: Path) -> None:
    (folder / "small.py").write_text(SOURCE)
    (folder / "broken.py").write_text(BROKEN)


def function(name: str, folder: Path, **more: object) -> Function:
    """Return the function of that name in the module above."""
    return Function(name, f"small.{name}", folder=folder, **more)  # type: ignore[arg-type]


def appears(path: Path, seconds: float = 10) -> bool:
    """Return whether a file is there within some seconds: a handler says so that it has begun."""
    until = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.01)
    return path.exists()
