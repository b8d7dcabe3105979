"""What the black-box and interop tests and the benchmark share: the real
program, the orchestrator's end of its link, and clients that check every
message which they get."""

import os
import time

# No wait in a test is longer (seconds). A sanitizer makes everything slower.
LIMIT = float(os.environ.get("MCP_TEST_LIMIT", "20"))


def until(condition):
    """Waits for what nobody tells: asks again and again. Returns what
    condition() said when that was true."""
    end = time.monotonic() + LIMIT
    while not (found := condition()):
        assert time.monotonic() < end, "it does not become so"
        time.sleep(0.001)
    return found
