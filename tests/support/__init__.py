"""What the black-box and interop tests and the benchmark share: the real
program, the orchestrator's end of its link, and clients that check every
message which they get."""

import os

# No wait in a test is longer (seconds). A sanitizer makes everything slower.
LIMIT = float(os.environ.get("MCP_TEST_LIMIT", "20"))
