"""Runs exhausting statements one after another and says what came of each, and what the processes took."""

import json
import resource
import sys
import time

from enrollment import sandbox

outcomes = {}
for sql in json.load(sys.stdin):
    sandbox.run("select 1")
    begun = time.monotonic()
    try:
        found, refused = sandbox.run(sql), None
    except sandbox.Refused as refusal:
        found, refused = None, type(refusal).__name__
    outcomes[sql] = {
        "seconds": time.monotonic() - begun,
        "refused": refused,
        "bytes": len(str(found.rows)) if found else 0,
    }
sandbox._POOL.end()
most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
json.dump({"outcomes": outcomes, "most_kilobytes": most}, sys.stdout)
