"""Python loads this before anything else where the folder is on PYTHONPATH: the process lives so many seconds ahead.

Every process of a run has the same distance from the machine's clock, so the bot, the pretend Slack and the tests agree.
"""

import os
from datetime import UTC, datetime, timedelta

if ahead := os.environ.get("OOB_TEST_AHEAD"):
    import time_machine

    time_machine.travel(datetime.now(UTC) + timedelta(seconds=float(ahead)), tick=True).start()
