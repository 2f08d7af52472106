"""What schemathesis can not know by itself: media types and formats of our document."""

import itertools
import json
import re

import schemathesis
from hypothesis import strategies

schemathesis.openapi.format(
    "iana-time-zone",
    strategies.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]),
)


@schemathesis.serializer("application/x-ndjson")
def ndjson(_context, value):
    """A list as a JSON value a line; what is no list stands for itself."""
    lines = value if isinstance(value, list) else [value]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


_requests = itertools.count()


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Makes every request its own: with the key of another one, a valid body is refused, and rightly so."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch("[!-~]{1,128}", key):
        number = str(next(_requests))
        case.headers["Idempotency-Key"] = key[: 128 - len(number)] + number
